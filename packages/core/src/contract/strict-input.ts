import { $ZodNever, type $ZodType } from "zod/v4/core";
import { rebuildSchema } from "./rebuild-schema.ts";

/**
 * The same schema with every object in it refusing unknown fields, unless its author said
 * otherwise (`z.looseObject`, `.catchall`). A misspelt field is then an error that names it, at any
 * depth, instead of being dropped without a word.
 *
 * Metadata (`.meta`, `.describe`) stays readable on the copies. Recursive schemas stay recursive.
 */
export function strictInput(schema: $ZodType): $ZodType {
  const never = new $ZodNever({ type: "never" });
  return rebuildSchema(schema, {
    // Neither a key nor the inner side of a codec is written by callers.
    inner: (original, place, _parent, copy) =>
      place === "key" || place === "out" || place === "catchall" ? original : copy(original),
    object: ({ catchall }) => ({ catchall: catchall ?? never }),
  });
}
