import { expect } from "vitest";
import { endlessDelay, shortDelays, type Suite } from "./suite.ts";

// Timers may fire this much early by another clock, in milliseconds.
const slack = 2;

/** How deliveries end. */
export function describeSettling(suite: Suite): void {
  suite.test("what is done does not come again", async () => {
    const type = suite.fresh();
    const first = await suite.consume({ types: [type], concurrency: 1 });
    const message = suite.message(type);
    await suite.publish(message);
    await first.has(message.id);
    await first.drain();
    await first.close();
    const second = await suite.consume(first.definition);
    const sentinel = suite.message(type);
    await suite.publish(sentinel);
    await second.has(sentinel.id);
    expect(second.ids).toEqual([sentinel.id]);
  });

  suite.test("a retry comes after its delay, not earlier, as the next attempt", async () => {
    const type = suite.fresh();
    const probe = await suite.consume({ types: [type] }, (_message, n) => {
      const delay = shortDelays[n];
      return delay === undefined ? { kind: "done" } : { kind: "retry", delay, reason: "not yet" };
    });
    await suite.publish(suite.message(type));
    await probe.count(3);
    expect(probe.received.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(probe.received.map(({ redelivered }) => redelivered)).toEqual([false, true, true]);
    expect(new Set(probe.ids).size).toBe(1);
    for (const [n, delay] of shortDelays.entries()) {
      expect(probe.times[n + 1]! - probe.times[n]!).toBeGreaterThanOrEqual(delay - slack);
    }
  });

  suite.test("a retry comes to its own subscription alone", async () => {
    const type = suite.fresh();
    const other = await suite.consume({ types: [type], concurrency: 1 });
    const probe = await suite.consume({ types: [type] }, (_message, n) =>
      n === 0 ? { kind: "retry", delay: 40, reason: "x" } : { kind: "done" },
    );
    await suite.publish(suite.message(type));
    await probe.count(2);
    const sentinel = suite.message(type);
    await suite.publish(sentinel);
    await other.has(sentinel.id);
    expect(other.received).toHaveLength(2);
  });

  suite.test("what waits for a retry holds no place: its neighbors are not blocked", async () => {
    const type = suite.fresh();
    const probe = await suite.consume(
      { types: [type], concurrency: 1, retryDelays: [endlessDelay] },
      (_message, n) =>
        n < 3 ? { kind: "retry", delay: endlessDelay, reason: "x" } : { kind: "done" },
    );
    await suite.publish(...Array.from({ length: 20 }, () => suite.message(type)));
    await probe.count(20);
    expect(new Set(probe.ids).size).toBe(20);
  });

  suite.test("a long delay does not hold up a short one", async () => {
    const type = suite.fresh();
    const probe = await suite.consume(
      { types: [type], retryDelays: [endlessDelay, 40] },
      ({ key, attempt }) => {
        if (attempt > 1) return { kind: "done" };
        return { kind: "retry", delay: key === "long" ? endlessDelay : 40, reason: "x" };
      },
    );
    const [long, short] = [
      suite.message(type, { key: "long" }),
      suite.message(type, { key: "short" }),
    ];
    await suite.publish(long);
    await probe.has(long.id);
    await suite.publish(short);
    await probe.count(3);
    expect(probe.ids).toEqual([long.id, short.id, short.id]);
  });

  suite.test("attempts are counted by the broker: another consumer goes on counting", async () => {
    const type = suite.fresh();
    const { driver } = await suite.another();
    const first = await suite.consume(
      { types: [type] },
      () => ({ kind: "retry", delay: 40, reason: "x" }),
      driver,
    );
    await suite.publish(suite.message(type));
    await first.count(1);
    await first.drain();
    await driver.close();
    const second = await suite.consume(first.definition);
    const [received] = await second.count(1);
    expect(received).toMatchObject({ attempt: first.received.length + 1, redelivered: true });
  });

  suite.test("a released message is redelivered, as the same attempt", async () => {
    const type = suite.fresh();
    const probe = await suite.consume({ types: [type] }, (_message, n) => {
      if (n === 0) return { kind: "retry", delay: 40, reason: "x" };
      return n < 3 ? { kind: "release" } : { kind: "done" };
    });
    await suite.publish(suite.message(type));
    await probe.count(4);
    expect(probe.received.map(({ attempt }) => attempt)).toEqual([1, 2, 2, 2]);
    expect(probe.received.at(-1)?.redelivered).toBe(true);
  });

  suite.test("a consumer that fails to settle loses nothing", async () => {
    const type = suite.fresh();
    const probe = await suite.consume({ types: [type], concurrency: 1 }, async (_message, n) => {
      if (n === 0) throw new Error("a fault of the caller's");
      return { kind: "done" };
    });
    const message = suite.message(type);
    await suite.publish(message);
    await probe.count(2);
    expect(probe.ids).toEqual([message.id, message.id]);
    expect(probe.received[1]).toMatchObject({ attempt: 1, redelivered: true });
  });

  for (const kind of ["dead", "skip"] as const) {
    suite.test(`what is settled with "${kind}" does not come again, nor block`, async () => {
      const type = suite.fresh();
      const reason = { code: "internal", message: "no", attempts: 1, at: Date.now() } as const;
      const probe = await suite.consume({ types: [type], concurrency: 1 }, (_message, n) => {
        if (n > 0) return { kind: "done" };
        return kind === "dead" ? { kind, reason } : { kind, reason: "unknown" };
      });
      const messages = [suite.message(type), suite.message(type)];
      await suite.publish(...messages);
      await probe.count(2);
      await probe.drain();
      await probe.close();
      const second = await suite.consume(probe.definition);
      const sentinel = suite.message(type);
      await suite.publish(sentinel);
      await second.has(sentinel.id);
      expect([...probe.ids, ...second.ids]).toEqual([...messages, sentinel].map(({ id }) => id));
    });
  }
}
