import { describe } from "vitest";
import { describeBus } from "./bus.ts";
import { describeCapabilities } from "./capabilities.ts";
import { describeConcurrency } from "./concurrency.ts";
import { describeConnections } from "./connections.ts";
import { describeLetters } from "./letters.ts";
import { describeLifecycle } from "./lifecycle.ts";
import { describeOrdering } from "./ordering.ts";
import { describePublishing } from "./publishing.ts";
import { describeSettling } from "./settling.ts";
import { describeSubscriptions } from "./subscriptions.ts";
import { type ConformanceOptions, Suite } from "./suite.ts";

const groups: Readonly<Record<string, (suite: Suite) => void>> = {
  capabilities: describeCapabilities,
  publishing: describePublishing,
  subscriptions: describeSubscriptions,
  settling: describeSettling,
  concurrency: describeConcurrency,
  ordering: describeOrdering,
  letters: describeLetters,
  connections: describeConnections,
  lifecycle: describeLifecycle,
  bus: describeBus,
};

/**
 * Declares the vitest tests that every messaging driver must pass. One call is a whole test file. Each
 * test creates subscriptions with random names and leaves them on the broker.
 */
export function describeMessagingConformance(options: ConformanceOptions): void {
  const wanted = options.groups ?? Object.keys(groups);
  const unknown = wanted.filter((group) => !Object.hasOwn(groups, group));
  if (unknown.length > 0) {
    throw new Error(
      `There is no group ${unknown.join(", ")}; there are ${Object.keys(groups).join(", ")}.`,
    );
  }
  const chosen = Object.entries(groups).filter(([group]) => wanted.includes(group));
  describe(`${options.name} driver`, () => {
    const suite = new Suite(options);
    for (const [group, declare] of chosen) {
      describe(group, () => {
        declare(suite);
      });
    }
  });
}
