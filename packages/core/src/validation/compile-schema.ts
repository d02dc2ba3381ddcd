// The whole module, because a name that an older zod lacks could not be imported.
import * as zod from "zod/v4/core";
import { isCompilable, type Version } from "./is-compilable.ts";

/** The first version whose compiler was compared with its parser, in thousands of cases per schema. */
const comparedVersion: Version = { major: 4, minor: 6, patch: 7 };

function isAtLeast(version: Version, least: Version): boolean {
  const order =
    version.major - least.major || version.minor - least.minor || version.patch - least.patch;
  return order >= 0;
}

function hasCompiler(): boolean {
  return isAtLeast(zod.version, comparedVersion) && zod.config().jitless !== true;
}

const compiled = new WeakMap<zod.$ZodType, zod.$ZodType>();

/**
 * Compiles a schema with zod's own compiler: checks of valid values are then several times as fast. Invalid
 * values go through the original schema, so that messages and paths are zod's.
 *
 * @param schema It is compiled once, however often it is passed.
 * @returns The schema itself if it cannot be compiled: it runs code of its author (refinements, transforms,
 *   codecs, `catch`), leads back to itself, coerces, belongs to another version of zod, or the process forbids
 *   code from strings (`--disallow-code-generation-from-strings`, `z.config({ jitless: true })`).
 */
export function compileSchema(schema: zod.$ZodType): zod.$ZodType {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  if (!hasCompiler()) return schema;
  const made = isCompilable(schema, zod.version) ? zod.compile(schema) : schema;
  compiled.set(schema, made);
  return made;
}

/** Checks a value: returns zod's result, or {@link notCompiled} if zod itself has to check it. */
export type CompiledParser = (value: unknown) => unknown;

/** The result of a compiled parser for a value that is not valid. */
export const notCompiled: symbol = Symbol("not compiled");

/**
 * Compiles only the check of a schema, for a caller that asks zod itself if it fails.
 *
 * @returns `undefined` if the schema cannot be compiled; see {@link compileSchema}.
 */
export function compileParser(schema: zod.$ZodType): CompiledParser | undefined {
  if (!hasCompiler() || !isCompilable(schema, zod.version)) return undefined;
  try {
    const parse = zod.compileFn(schema);
    return (value) => {
      const made: unknown = parse(value);
      return made === zod.INVALID ? notCompiled : made;
    };
  } catch {
    // The schema leads back to itself. zod.compile returns such a schema as it is.
    return undefined;
  }
}
