import { describe } from "vitest";
import { describeBasics } from "./basics.ts";
import { describeBatches } from "./batches.ts";
import { describeCalls } from "./calls.ts";
import { describeConcurrency } from "./concurrency.ts";
import { describeIsolation } from "./isolation.ts";
import { describeKeys } from "./keys.ts";
import { describeLimits } from "./limits-group.ts";
import { describeRevisions } from "./revisions.ts";
import { type ConformanceOptions, Suite } from "./suite.ts";
import { describeUpdate } from "./update.ts";
import { describeValues } from "./values.ts";

const groups: Readonly<Record<string, (suite: Suite) => void>> = {
  basics: describeBasics,
  revisions: describeRevisions,
  keys: describeKeys,
  values: describeValues,
  limits: describeLimits,
  isolation: describeIsolation,
  update: describeUpdate,
  concurrency: describeConcurrency,
  batches: describeBatches,
  calls: describeCalls,
};

/**
 * Declares the vitest tests that every driver must pass; one call is a whole test file. Each test
 * makes its own records, under random keys in collections with random names, which are left behind.
 *
 * @param options see {@link ConformanceOptions}
 */
export function describeDriverConformance(options: ConformanceOptions): void {
  describe(`${options.name} driver`, () => {
    const suite = new Suite(options);
    for (const [group, declare] of Object.entries(groups)) {
      describe(group, () => {
        declare(suite);
      });
    }
  });
}
