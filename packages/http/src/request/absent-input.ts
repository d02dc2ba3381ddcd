import type { MethodDescription } from "@plinth/core";
import { objectFields } from "@plinth/core/transport";
import { safeParse } from "zod/v4/core";

/** Whether an input may be left out as a whole: it is optional, has a default, or may be anything. */
export function mayBeAbsent({ input }: MethodDescription): boolean {
  try {
    return safeParse(input, undefined).success;
  } catch {
    // Code of the schema's author that expects something else.
    return false;
  }
}

/**
 * How the input of a method without a body is made: `undefined` where that is an input of its own, as for
 * a caller in process; else no fields at all, where the input is an object.
 */
export function absentInput(method: MethodDescription): () => unknown {
  return mayBeAbsent(method) || objectFields(method.input) === undefined
    ? () => undefined
    : () => ({});
}
