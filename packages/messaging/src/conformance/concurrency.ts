import { expect } from "vitest";
import type { Settlement } from "../driver/settlement.ts";
import { gate } from "./probe.ts";
import type { Suite } from "./suite.ts";

/** How many deliveries are handled at once, and which wait. */
export function describeConcurrency(suite: Suite): void {
  for (const concurrency of [1, 3]) {
    suite.test(`a consumer has ${concurrency} unsettled at once: no fewer, no more`, async () => {
      const type = suite.fresh();
      const full = gate();
      const probe = await suite.consume({ types: [type], concurrency }, async () => {
        await full.opened;
        return { kind: "done" };
      });
      await suite.publish(...Array.from({ length: 12 }, () => suite.message(type)));
      await probe.count(concurrency);
      // Deliveries that are too many would have begun before this one ends.
      const other = await suite.consume({ types: [suite.fresh()] });
      const sentinel = suite.message(other.definition.types[0]!);
      await suite.publish(sentinel);
      await other.has(sentinel.id);
      expect(probe.received).toHaveLength(concurrency);
      full.open();
      await probe.count(12);
      expect(probe.most).toBe(concurrency);
    });
  }

  suite.test("a slow one does not hold up the others", async () => {
    const type = suite.fresh();
    const slow = gate();
    const probe = await suite.consume({ types: [type], concurrency: 2 }, async (_message, n) => {
      if (n === 0) await slow.opened;
      return { kind: "done" };
    });
    await suite.publish(...Array.from({ length: 30 }, () => suite.message(type)));
    await probe.count(30);
    slow.open();
    expect(new Set(probe.ids).size).toBe(30);
  });

  suite.test("a poison message does not hold up its neighbors", async () => {
    const type = suite.fresh();
    const poison = suite.message(type);
    const handled = new Set<string>();
    const probe = await suite.consume(
      { types: [type], concurrency: 1, retryDelays: [1] },
      ({ id }): Settlement => {
        if (id === poison.id) return { kind: "retry", delay: 1, reason: "always" };
        handled.add(id);
        return { kind: "done" };
      },
    );
    await suite.publish(poison);
    const neighbors = Array.from({ length: 50 }, () => suite.message(type));
    await suite.publish(...neighbors);
    await probe.until(() => handled.size === 50, "all the neighbors");
    const seen = probe.received.filter(({ id }) => id === poison.id).length;
    await probe.until(
      () => probe.received.filter(({ id }) => id === poison.id).length > seen,
      "the poison message again",
    );
  });
}
