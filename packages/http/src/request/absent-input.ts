import type { MethodDescription } from "@plinth/core";
import { objectFields } from "@plinth/core/transport";
import { safeParse } from "zod/v4/core";

/** Whether the whole input may be absent: it is optional, has a default, or accepts everything. */
export function mayBeAbsent({ input }: MethodDescription): boolean {
  try {
    return safeParse(input, undefined).success;
  } catch {
    // The schema has code that expects another value.
    return false;
  }
}

/**
 * Prepares the input for a request without a body: `undefined` if the method accepts that, as from a caller
 * in process, or if its input is not an object; else an object without fields.
 */
export function absentInput(method: MethodDescription): () => unknown {
  return mayBeAbsent(method) || objectFields(method.input) === undefined
    ? () => undefined
    : () => ({});
}
