import type { $ZodType } from "zod/v4/core";
import { definitionOf } from "./schema-shape.ts";

/** A schema inside another one, and how to name the place in a message. */
export interface SchemaChild {
  readonly path: string;
  readonly schema: $ZodType;
}

/** The schemas directly inside a schema. */
export function schemaChildren(schema: $ZodType): SchemaChild[] {
  const definition = definitionOf(schema);
  switch (definition.type) {
    case "object": {
      const fields = Object.entries(definition.shape).map(([name, field]) => ({
        path: `.${name}`,
        schema: field,
      }));
      return definition.catchall === undefined
        ? fields
        : [...fields, { path: ".*", schema: definition.catchall }];
    }
    case "array":
      return [{ path: "[]", schema: definition.element }];
    case "tuple": {
      const items = definition.items.map((item, index) => ({ path: `[${index}]`, schema: item }));
      return definition.rest === null ? items : [...items, { path: "[]", schema: definition.rest }];
    }
    case "record":
      return [
        { path: ".*", schema: definition.keyType },
        { path: ".*", schema: definition.valueType },
      ];
    case "union":
      return definition.options.map((option) => ({ path: "", schema: option }));
    case "intersection":
      return [
        { path: "", schema: definition.left },
        { path: "", schema: definition.right },
      ];
    case "pipe":
      return [
        { path: "", schema: definition.in },
        { path: "", schema: definition.out },
      ];
    case "lazy":
      return [{ path: "", schema: definition.getter() }];
    case "optional":
    case "nullable":
    case "default":
    case "prefault":
    case "nonoptional":
    case "readonly":
    case "catch":
      return [{ path: "", schema: definition.innerType }];
    default:
      return [];
  }
}

/** Whether a schema, or one anywhere inside it, has a property. Recursive schemas are fine. */
export function someSchema(
  schema: $ZodType,
  has: (schema: $ZodType) => boolean,
  seen: Set<$ZodType> = new Set(),
): boolean {
  if (seen.has(schema)) return false;
  seen.add(schema);
  return has(schema) || schemaChildren(schema).some((child) => someSchema(child.schema, has, seen));
}
