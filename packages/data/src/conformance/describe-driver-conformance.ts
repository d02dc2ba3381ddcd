import { describe } from "vitest";
import { describeBasics } from "./basics.ts";
import { describeBatches } from "./batches.ts";
import { describeCalls } from "./calls.ts";
import { describeConcurrency } from "./concurrency.ts";
import { describeForms } from "./forms.ts";
import { describeIsolation } from "./isolation.ts";
import { describeKeys } from "./keys.ts";
import { describeLimits } from "./limits-group.ts";
import { describeRevisions } from "./revisions.ts";
import { type ConformanceOptions, maxCase, Suite } from "./suite.ts";
import { describeCapabilities } from "./capabilities.ts";
import { describeClosing } from "./closing.ts";
import { describeCoalescing } from "./coalescing.ts";
import { describeCount } from "./count.ts";
import { describeCursors } from "./cursors.ts";
import { describeDriverContract } from "./driver-contract.ts";
import { describeExpiry } from "./expiry.ts";
import { describeModel } from "./model.ts";
import { describeNames } from "./names.ts";
import { describeOrdering } from "./ordering.ts";
import { describeQueries } from "./queries.ts";
import { describeRanges } from "./ranges.ts";
import { describeSparseIndexes } from "./sparse-indexes.ts";
import { describeStoredRecords } from "./stored-records.ts";
import { describeTokens } from "./tokens.ts";
import { describeTransactions } from "./transactions.ts";
import { describeUnusualText } from "./unusual-text.ts";
import { describeVersions } from "./versions.ts";
import { describeWriteMany } from "./write-many.ts";
import { describeUpdate } from "./update.ts";
import { describeValues } from "./values.ts";

const groups: Readonly<Record<string, (suite: Suite) => void>> = {
  capabilities: describeCapabilities,
  basics: describeBasics,
  revisions: describeRevisions,
  names: describeNames,
  keys: describeKeys,
  values: describeValues,
  forms: describeForms,
  limits: describeLimits,
  isolation: describeIsolation,
  update: describeUpdate,
  concurrency: describeConcurrency,
  batches: describeBatches,
  coalescing: describeCoalescing,
  "write many": describeWriteMany,
  calls: describeCalls,
  queries: describeQueries,
  ordering: describeOrdering,
  ranges: describeRanges,
  cursors: describeCursors,
  "sparse indexes": describeSparseIndexes,
  count: describeCount,
  transactions: describeTransactions,
  tokens: describeTokens,
  expiry: describeExpiry,
  versions: describeVersions,
  "stored records": describeStoredRecords,
  "driver contract": describeDriverContract,
  model: describeModel,
  "unusual text": describeUnusualText,
  closing: describeClosing,
};

/**
 * Declares the vitest tests that every driver must pass; one call is a whole test file. Each test
 * makes its own records, under random keys in collections with random names, which are left behind.
 *
 * @param options see {@link ConformanceOptions}
 */
export function describeDriverConformance(options: ConformanceOptions): void {
  const wanted = options.groups ?? Object.keys(groups);
  const unknown = wanted.filter((group) => !Object.hasOwn(groups, group));
  if (unknown.length > 0) {
    throw new Error(
      `There is no group ${unknown.join(", ")}; there are ${Object.keys(groups).join(", ")}.`,
    );
  }
  const chosen = Object.entries(groups).filter(([group]) => wanted.includes(group));
  describe(`${options.name} driver`, { timeout: maxCase }, () => {
    const suite = new Suite(options);
    for (const [group, declare] of chosen) {
      describe(group, () => {
        declare(suite);
      });
    }
  });
}
