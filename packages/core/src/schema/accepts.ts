import { safeParse, type $ZodType } from "zod/v4/core";

/** The value that a schema makes of another one, in a list; an empty list if it refuses the value. */
export function accepted(schema: $ZodType, value: unknown): readonly unknown[] {
  try {
    const result = safeParse(schema, value);
    return result.success ? [result.data] : [];
  } catch {
    // Code of the schema's author that expects another value: no caller could send this one.
    return [];
  }
}

/** Whether a schema accepts a value. */
export function accepts(schema: $ZodType, value: unknown): boolean {
  return accepted(schema, value).length > 0;
}
