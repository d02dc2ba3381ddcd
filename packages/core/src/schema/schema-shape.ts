import { definitionOf } from "@plinth/support/schema-reader";
import type { $ZodType } from "zod/v4/core";

/** A kind of value that a string of a path or a query can stand for. */
export type ScalarKind = "string" | "number" | "boolean";

/** Whether a value is a schema of zod 4, of any copy of it. */
export function isSchema(value: unknown): value is $ZodType {
  if (typeof value !== "object" || value === null) return false;
  const { _zod: internals } = value as { readonly _zod?: { readonly def?: unknown } };
  return typeof internals?.def === "object";
}

/** The kind of a schema: "object", "string", … */
export function schemaType(schema: $ZodType): string {
  return schema._zod.def.type;
}

/**
 * The schema inside its wrappers on the side of the caller: optional, default, readonly, the outer side of a
 * codec, …
 */
function unwrapped(schema: $ZodType): $ZodType {
  let current = schema;
  for (;;) {
    const definition = definitionOf(current);
    switch (definition.type) {
      case "optional":
      case "nullable":
      case "default":
      case "prefault":
      case "nonoptional":
      case "readonly":
      case "catch":
        current = definition.innerType;
        break;
      case "pipe":
        current = definition.in;
        break;
      case "lazy":
        current = definition.getter();
        break;
      default:
        return current;
    }
  }
}

/** The fields of an object schema; of an intersection, those of both sides; `undefined` for other schemas. */
export function objectFields(schema: $ZodType): Readonly<Record<string, $ZodType>> | undefined {
  const definition = definitionOf(unwrapped(schema));
  if (definition.type === "object") return definition.shape;
  if (definition.type === "intersection") {
    const left = objectFields(definition.left);
    const right = objectFields(definition.right);
    return left === undefined || right === undefined ? undefined : { ...left, ...right };
  }
  return undefined;
}

/** The field of a name, which may be a name that all objects have, such as "constructor". */
export function fieldOf(
  fields: Readonly<Record<string, $ZodType>> | undefined,
  name: string,
): $ZodType | undefined {
  return fields !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/**
 * The names of all fields that a checked value can have; `undefined` for a schema that is no plain object,
 * accepts other fields, or has checks, which may change the value.
 */
export function closedFieldNames(schema: $ZodType): readonly string[] | undefined {
  const definition = definitionOf(schema);
  if (definition.type !== "object" || (definition.checks?.length ?? 0) > 0) return undefined;
  const { catchall, shape } = definition;
  const isClosed = catchall === undefined || schemaType(catchall) === "never";
  return isClosed ? Object.keys(shape) : undefined;
}

/** The element schema of an array schema; `undefined` for other schemas. */
export function arrayElement(schema: $ZodType): $ZodType | undefined {
  const definition = definitionOf(unwrapped(schema));
  return definition.type === "array" ? definition.element : undefined;
}

/** The kinds of scalars that a schema accepts; empty if it accepts none. */
export function scalarKinds(schema: $ZodType): ReadonlySet<ScalarKind> {
  const definition = definitionOf(unwrapped(schema));
  switch (definition.type) {
    case "string":
    case "template_literal":
      return new Set(["string"]);
    case "number":
      return new Set(["number"]);
    case "boolean":
      return new Set(["boolean"]);
    case "enum":
      return kindsOf(Object.values(definition.entries));
    case "literal":
      return kindsOf(definition.values);
    case "union":
      return new Set(definition.options.flatMap((option) => [...scalarKinds(option)]));
    case "intersection":
      return new Set([...scalarKinds(definition.left), ...scalarKinds(definition.right)]);
    default:
      return new Set();
  }
}

function kindsOf(values: readonly unknown[]): ReadonlySet<ScalarKind> {
  const kinds = values.map((value) => typeof value);
  return new Set(
    kinds.filter((kind) => kind === "string" || kind === "number" || kind === "boolean"),
  );
}
