import { definitionOf } from "@plinth/support/schema-reader";
import { $ZodNever, type $ZodType } from "zod/v4/core";
import { rebuildSchema } from "./rebuild-schema.ts";

/** Fields of definitions whose schemas stay: callers write neither keys nor the inner side of a codec. */
const kept: ReadonlySet<string> = new Set(["keyType", "out", "catchall"]);

/**
 * Copies a schema so that every object in it refuses unknown fields, unless its author decided otherwise
 * (`z.looseObject`, `.catchall`). A misspelled field is then an error that names it, at any depth.
 *
 * Metadata (`.meta`, `.describe`) stays readable on the copies. Recursive schemas stay recursive.
 */
export function strictInput(schema: $ZodType): $ZodType {
  const never = new $ZodNever({ type: "never" });
  return rebuildSchema(schema, {
    inner: (child, _parent, copy) => (kept.has(child.field) ? child.schema : copy(child.schema)),
    definition: (original) => {
      const definition = definitionOf(original);
      return definition.type === "object" ? { catchall: definition.catchall ?? never } : undefined;
    },
  });
}
