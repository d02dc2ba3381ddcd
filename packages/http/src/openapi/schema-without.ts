import type { JsonObject, MethodDescription } from "@plinth/core";
import { objectFields } from "@plinth/core/transport";
import type { SchemaCollector } from "./schema-collector.ts";

/**
 * The JSON Schema of a body: of an input or output, without the fields that travel elsewhere.
 *
 * @param name prefix of names for inner schemas
 * @param apart the fields to leave out. If empty, the schema may be a reference
 */
export function schemaWithout(
  name: string,
  schema: MethodDescription["input"],
  apart: ReadonlySet<string>,
  side: "input" | "output",
  collector: SchemaCollector,
): JsonObject {
  const whole = collector.one(name, schema, side);
  if (apart.size === 0) return whole;
  const { properties, required, ...rest } = collector.resolve(whole);
  const isPlain = typeof properties === "object" && !Array.isArray(properties);
  const fields = isPlain
    ? { properties: properties as JsonObject, required: (required ?? []) as string[] }
    : collector.fields(`${name}.fields`, objectFields(schema) ?? {}, side);
  const kept = Object.entries(fields.properties).filter(([field]) => !apart.has(field));
  const needed = fields.required.filter((field) => !apart.has(field));
  return {
    ...(isPlain ? rest : { type: "object" }),
    ...(isPlain || side === "output" ? {} : { additionalProperties: false }),
    properties: Object.fromEntries(kept),
    ...(needed.length === 0 ? {} : { required: needed }),
  };
}
