import { definitionOf, everySchema, schemaChildren } from "@plinth/support/schema-reader";
import { isSecretName } from "@plinth/support/secret-names";
import type * as z from "zod";
import { parserInfo } from "./text-parser.ts";

/** What a schema and the schemas inside it say about a value. */
export interface SchemaTraits {
  /** A secret may be anywhere in it: a `secret()`, or an object with a key whose name says so. */
  readonly holdsSecret: boolean;
  /** A URL, which may contain a password, may be anywhere in it. */
  readonly holdsUrl: boolean;
  /** The keys that objects in it declare. */
  readonly keys: ReadonlySet<string>;
}

/** A function of `z.lazy()` may return a new schema at each call, without an end. */
const maxSchemas = 5_000;

const known = new WeakMap<z.ZodType, SchemaTraits>();

/** The traits of a schema. It is walked when they are first needed, and again while a part cannot be made. */
export function traitsOf(schema: z.ZodType): SchemaTraits {
  const found = known.get(schema);
  if (found !== undefined) return found;
  let isUnmade = false;
  const parts = new Set<z.core.$ZodType>();
  everySchema(schema, parts, (part) => {
    if (parts.size >= maxSchemas) return [];
    try {
      return childrenOf(part);
    } catch {
      // A lazy schema refers to a constant that has no value yet, and cannot accept a secret until then.
      isUnmade = true;
      return [];
    }
  });
  const keys = new Set([...parts].flatMap(keysOf));
  const infos = [...parts].map(parserInfo);
  const traits = {
    // The parts that were not visited may be secrets.
    holdsSecret:
      parts.size >= maxSchemas ||
      [...keys].some(isSecretName) ||
      infos.some((info) => info?.secret === true),
    holdsUrl: infos.some((info) => info?.url === true),
    keys,
  };
  if (!isUnmade) known.set(schema, traits);
  return traits;
}

/** zod knows nothing of the schema inside a parser of this package. */
function childrenOf(schema: z.core.$ZodType): z.core.$ZodType[] {
  const inner = parserInfo(schema)?.inner;
  const children = schemaChildren(schema).map((child) => child.schema);
  return inner === undefined ? children : [inner, ...children];
}

function keysOf(schema: z.core.$ZodType): string[] {
  const definition = definitionOf(schema);
  return definition.type === "object" ? Object.keys(definition.shape) : [];
}

/** The schema inside `.optional()`, `.default()`, `.pipe()` and similar ones, which reads the input first. */
export function wrappedSchema(schema: z.ZodType): z.ZodType | undefined {
  const definition = definitionOf(schema);
  if ("innerType" in definition) return definition.innerType as z.ZodType;
  return definition.type === "pipe" ? (definition.in as z.ZodType) : undefined;
}

/** True if the whole value is one secret, so that a reference can replace it. */
export function isSecret(schema: z.ZodType): boolean {
  if (parserInfo(schema)?.secret === true) return true;
  const inner = wrappedSchema(schema);
  return inner !== undefined && isSecret(inner);
}

/** The text of `.describe()` or `.meta()`, on the schema or on the one that it wraps. */
export function metaOf(schema: z.ZodType, key: "description" | "variable"): string | undefined {
  const value = schema.meta()?.[key];
  if (typeof value === "string") return value;
  const inner = wrappedSchema(schema);
  return inner === undefined ? undefined : metaOf(inner, key);
}
