import { isSecretName } from "@plinth/support/secret-names";
import type * as z from "zod";
import { parserInfo } from "../parsers/text-parser.ts";

/** The parts of zod's definitions that this package looks at by name. */
type Definition = z.core.$ZodTypeDef & {
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly shape?: Readonly<Record<string, z.ZodType>>;
};

/** zod's definition of a schema. */
export function definitionOf(schema: z.ZodType): Definition {
  return schema._zod.def;
}

/** The schema inside `.optional()`, `.default()`, `.pipe()` and the like. */
export function innerTypeOf(schema: z.ZodType): z.ZodType | undefined {
  const definition = definitionOf(schema);
  return definition.innerType ?? definition.in;
}

function isSchema(value: unknown): value is z.ZodType {
  return typeof value === "object" && value !== null && "_zod" in value;
}

/**
 * Every schema that a definition names, in whichever part: kinds that a later zod adds are walked too.
 * One that is made lazily and cannot be made yet is left out: the next look at the field finds it.
 */
function childrenOf(schema: z.ZodType): readonly z.ZodType[] {
  const definition = definitionOf(schema);
  const children: unknown[] = [parserInfo(schema)?.inner];
  for (const part of Object.values(definition)) {
    children.push(part);
    if (Array.isArray(part)) children.push(...(part as unknown[]));
  }
  children.push(...Object.values(definition.shape ?? {}));
  if (definition.type === "lazy") children.push(lazyTypeOf(schema));
  return children.filter(isSchema);
}

function lazyTypeOf(schema: z.ZodType): z.ZodType | undefined {
  try {
    return (schema as z.ZodLazy)._zod.innerType as z.ZodType;
  } catch {
    return undefined;
  }
}

/** A lazy schema may make new ones whenever it is asked, without an end. */
const maxSchemas = 5_000;

/** A schema and every schema inside it, each once; at most 5,000. */
export function everySchema(schema: z.ZodType): Set<z.ZodType> {
  const found = new Set([schema]);
  for (const each of found) {
    for (const child of childrenOf(each)) found.add(child);
    if (found.size >= maxSchemas) break;
  }
  return found;
}

/**
 * True when a value of the schema is a secret or holds one: a `secret()`, or a field of an object whose
 * name says so. A schema too large to be looked at whole counts as one that does.
 */
export function holdsSecret(schema: z.ZodType): boolean {
  const every = everySchema(schema);
  return (
    every.size >= maxSchemas ||
    [...every].some(
      (part) =>
        parserInfo(part)?.secret === true ||
        Object.keys(definitionOf(part).shape ?? {}).some(isSecretName),
    )
  );
}

/** True when the whole value is one secret, so that a reference can stand for it. */
export function isSecret(schema: z.ZodType): boolean {
  if (parserInfo(schema)?.secret === true) return true;
  const inner = innerTypeOf(schema);
  return inner !== undefined && isSecret(inner);
}

/** What `.describe()` or `.meta()` said, on the schema or on the one that it wraps. */
export function metaOf(schema: z.ZodType, key: "description" | "variable"): string | undefined {
  const value = schema.meta()?.[key];
  if (typeof value === "string") return value;
  const inner = innerTypeOf(schema);
  return inner === undefined ? undefined : metaOf(inner, key);
}
