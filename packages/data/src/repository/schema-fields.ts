import type { $ZodCheck, $ZodType, $ZodTypes } from "zod/v4/core";

const wrappers: ReadonlySet<string> = new Set([
  "optional",
  "nullable",
  "default",
  "prefault",
  "nonoptional",
  "readonly",
  "catch",
]);

function definitionOf(schema: $ZodType): $ZodTypes["_zod"]["def"] {
  return (schema as $ZodTypes)._zod.def;
}

/** A schema and the schemas that it wraps, such as by `optional` and `default`, innermost first. */
function layersOf(schema: $ZodType): readonly $ZodType[] {
  const { type, innerType } = definitionOf(schema) as { type: string; innerType?: $ZodType };
  return wrappers.has(type) && innerType !== undefined
    ? [...layersOf(innerType), schema]
    : [schema];
}

function unwrapped(schema: $ZodType): $ZodType {
  return layersOf(schema)[0] ?? schema;
}

/**
 * The schemas of a field of a record: one for an object, several for a union or intersection of objects, none
 * if the schema does not tell, such as a codec of whole records.
 */
export function fieldSchemas(record: $ZodType, field: string): ReadonlySet<$ZodType> {
  const definition = definitionOf(unwrapped(record));
  switch (definition.type) {
    case "object":
      return Object.hasOwn(definition.shape, field)
        ? new Set([definition.shape[field] as $ZodType])
        : new Set();
    case "record":
      return new Set([definition.valueType]);
    case "union":
      return new Set(definition.options.flatMap((option) => [...fieldSchemas(option, field)]));
    case "intersection":
      return new Set(
        [definition.left, definition.right].flatMap((side) => [...fieldSchemas(side, field)]),
      );
    default:
      return new Set();
  }
}

/** Whether stored and used form of a field can differ: it is, or contains, a codec. */
export function hasTwoForms(field: $ZodType): boolean {
  const definition = definitionOf(unwrapped(field));
  switch (definition.type) {
    case "pipe":
    case "transform":
      return true;
    case "union":
      return definition.options.some((option) => hasTwoForms(option));
    case "intersection":
      return hasTwoForms(definition.left) || hasTwoForms(definition.right);
    default:
      return false;
  }
}

const scalars: ReadonlySet<string> = new Set([
  "any",
  "boolean",
  "custom",
  "enum",
  "literal",
  "null",
  "number",
  "string",
  "template_literal",
  "undefined",
  "unknown",
]);

interface Details {
  readonly check?: string;
  readonly checks?: readonly $ZodCheck[];
  readonly coerce?: boolean;
  readonly format?: string;
  readonly fn?: unknown;
}

/** Whether a field is stored unchanged: its schema checks the value and never changes it. */
export function isKeptAsGiven(field: $ZodType): boolean {
  for (const layer of layersOf(field)) {
    const details = definitionOf(layer) as Details;
    if (details.coerce === true || altersValue(details)) return false;
    const { checks = [] } = details;
    if (checks.some((check) => altersValue(check._zod.def))) return false;
  }
  const definition = definitionOf(unwrapped(field));
  if (definition.type === "union") return definition.options.every(isKeptAsGiven);
  if (definition.type === "intersection") {
    return isKeptAsGiven(definition.left) && isKeptAsGiven(definition.right);
  }
  return scalars.has(definition.type);
}

/** URLs are trimmed; a custom check without a function may replace the value. */
function altersValue({ check, format, fn }: Details): boolean {
  if (check === "overwrite") return true;
  return check === "string_format" ? format === "url" : check === "custom" && fn === undefined;
}

/** All changes that a schema makes to a text, such as `trim()` and `toLowerCase()`, as one function. */
export function textChange(field: $ZodType): (text: string) => string {
  const checks = layersOf(field).flatMap((layer) => (definitionOf(layer) as Details).checks ?? []);
  const changes = checks.flatMap((check) => {
    const { check: kind, tx } = check._zod.def as { check: string; tx?: (text: string) => unknown };
    return kind === "overwrite" && tx !== undefined ? [tx] : [];
  });
  return (text) => changes.reduce((changed, change) => String(change(changed)), text);
}
