import type * as z from "zod";
import { parserInfo } from "../parsers/text-parser.ts";

/** The parts of zod's definitions that this package looks at. */
type Definition = z.core.$ZodTypeDef & {
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly out?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly element?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly items?: readonly z.ZodType[];
  readonly valueType?: z.ZodType;
  readonly left?: z.ZodType;
  readonly right?: z.ZodType;
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

function childrenOf(schema: z.ZodType): readonly z.ZodType[] {
  const definition = definitionOf(schema);
  const children = [
    parserInfo(schema)?.inner,
    definition.innerType,
    definition.in,
    definition.out,
    definition.element,
    definition.valueType,
    definition.left,
    definition.right,
    ...(definition.options ?? []),
    ...(definition.items ?? []),
    ...Object.values(definition.shape ?? {}),
  ];
  return children.filter((child) => child !== undefined);
}

/** A schema and every schema inside it, each once. */
export function everySchema(schema: z.ZodType, seen: Set<z.ZodType> = new Set()): Set<z.ZodType> {
  if (seen.has(schema)) return seen;
  seen.add(schema);
  for (const child of childrenOf(schema)) everySchema(child, seen);
  return seen;
}

/** True when a value of the schema is a secret or holds one. */
export function holdsSecret(schema: z.ZodType): boolean {
  return [...everySchema(schema)].some((part) => parserInfo(part)?.secret === true);
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
