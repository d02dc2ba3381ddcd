import { isDeepStrictEqual } from "node:util";
import type { $ZodType } from "zod/v4/core";
import { accepted, accepts } from "../schema/accepts.ts";

/**
 * Checks an input whose fields travel apart, in a path, a query or headers. A request without any of them
 * stands for `undefined` and for `{}`, so the two have to mean the same.
 *
 * @param input The strict input.
 * @returns What is wrong; empty if all is well.
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
