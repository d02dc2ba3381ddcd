import { isDeepStrictEqual } from "node:util";
import { safeParse, type $ZodType } from "zod/v4/core";

/** What a schema makes of a value, in a list; an empty list where it refuses it. */
function accepted(schema: $ZodType, value: unknown): readonly unknown[] {
  try {
    const result = safeParse(schema, value);
    return result.success ? [result.data] : [];
  } catch {
    // Code of the schema's author that expects something else: nothing that a caller could send.
    return [];
  }
}

/** Whether a schema accepts a value. */
export function accepts(schema: $ZodType, value: unknown): boolean {
  return accepted(schema, value).length > 0;
}

/**
 * What is wrong with an input that may be left out as a whole while its fields travel apart, in a path,
 * a query or headers: without any of them nobody can tell `undefined` from `{}`, so they have to mean
 * the same.
 *
 * @param input the strict input
 */
export function absenceFaults(input: $ZodType): string[] {
  const faults: string[] = [];
  if (accepts(input, null)) {
    faults.push("the input cannot be null, as its fields come from the path, the query or headers");
  }
  const absent = accepted(input, undefined);
  if (absent.length > 0 && !isDeepStrictEqual(absent, accepted(input, {}))) {
    faults.push(
      "the input cannot be left out as a whole, as its fields come from the path, the query or " +
        "headers: make its fields optional, or let .prefault({}) stand for it",
    );
  }
  return faults;
}
