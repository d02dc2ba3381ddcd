import { isDeepStrictEqual } from "node:util";
import type { $ZodType } from "zod/v4/core";
import { accepted, accepts } from "../schema/accepts.ts";

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
