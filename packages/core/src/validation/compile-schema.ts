// All of it, because a name that an older zod lacks could not be imported at all.
import * as zod from "zod/v4/core";
import { isCompilable, type Version } from "./is-compilable.ts";

/** The first version whose compiler was compared with its parser, in thousands of cases a schema. */
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
 * The same schema with a check made for it by zod's own compiler, several times as fast for what is
 * valid. What is not valid goes through the schema as it was, so that messages and paths are zod's.
 *
 * The schema itself comes back where it cannot be compiled: it runs code of its author (refinements,
 * transforms, codecs, `catch`), leads back to itself, coerces, belongs to another version of zod, or
 * the process forbids code from strings (`--disallow-code-generation-from-strings`,
 * `z.config({ jitless: true })`).
 *
 * @param schema compiled once, however often it is asked for
 */
export function compileSchema(schema: zod.$ZodType): zod.$ZodType {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  if (!hasCompiler()) return schema;
  const made = isCompilable(schema, zod.version) ? zod.compile(schema) : schema;
  compiled.set(schema, made);
  return made;
}

/** Tries a value: gives what zod would make of it, or {@link notCompiled} to have zod asked. */
export type CompiledParser = (value: unknown) => unknown;

/** Given by a compiled parser for a value that is not valid. */
export const notCompiled: symbol = Symbol("not compiled");

/**
 * The compiled check of a schema alone, for a caller that asks zod itself when it fails.
 *
 * @returns `undefined` where there is none; see {@link compileSchema}
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
    // As zod.compile does with a schema that leads back to itself.
    return undefined;
  }
}
