import { InternalError } from "@plinth/core/errors";
import { Database } from "@plinth/data";
import { memoryDriver } from "@plinth/data/memory";
import { fakeLogger } from "@plinth/testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { markRefusal, type Refusal } from "../src/bus/refusal.ts";
import { DomainEvent, EventBus, type PublishCallOptions } from "../src/index.ts";
import { HeldLanes } from "../src/outbox/held-lanes.ts";
import { Outbox, OutboxRelay } from "../src/outbox/index.ts";
import type { PendingEntry } from "../src/outbox/pending-lanes.ts";
import { FakeDriver } from "./support/fake-driver.ts";
import { numbered, RecordingBus } from "./support/recording-bus.ts";

class LampLit extends DomainEvent({ name: "lamps.lit", schema: z.object({}) }) {}

afterEach(() => void vi.useRealTimers());

const nack = new Error("no room");

/** A bus whose driver refuses everything for now, and goes on trying. */
async function refusingBus() {
  const driver = new FakeDriver();
  const logger = fakeLogger();
  const bus = new EventBus(driver, { source: "tests", logger });
  await bus.open();
  const calls: PublishCallOptions[] = [];
  const given: unknown[] = [];
  driver.publish = (_messages, options) => {
    calls.push(options);
    return new Promise((resolve, reject) => {
      options.onAbort?.((reason) => {
        given.push(reason);
        reject(reason);
      });
      queueMicrotask(() => options.onRefused?.(nack));
      setTimeout(resolve, 20_000);
    });
  };
  return { bus, driver, logger, calls, given };
}

describe("what the broker refuses for now", () => {
  test("is waited for within the limits, and then is resource_exhausted", async () => {
    const { bus, logger, given } = await refusingBus();
    vi.useFakeTimers();
    const outcomes = Promise.allSettled([
      bus.publish(new LampLit({}), { timeout: 5_000 }),
      bus.publish(new LampLit({}), { timeout: 10_000 }),
      bus.publish(new LampLit({}), { timeout: 30_000 }),
    ]);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(bus.counters).toMatchObject({ publishing: 3 });
    await vi.advanceTimersByTimeAsync(25_000);
    const exhausted = { code: "resource_exhausted", cause: nack, retryAfter: 1_000 };
    expect(await outcomes).toMatchObject([
      { status: "rejected", reason: exhausted },
      { status: "rejected", reason: exhausted },
      { status: "fulfilled" },
    ]);
    // The driver is told to stop trying.
    expect(given).toHaveLength(2);
    expect(logger.lines).toMatchObject([{ level: "warn", message: /no room for some events/ }]);
    expect(bus.counters).toMatchObject({ publishing: 0, published: 1, publishFailed: 2 });
  });

  test("ends at once for a caller that keeps its envelopes", async () => {
    const { bus, given } = await refusingBus();
    const publishing = bus.publishEnvelopes([bus.envelope(new LampLit({}))]);
    await expect(publishing).rejects.toMatchObject({ code: "resource_exhausted", cause: nack });
    expect(given).toHaveLength(1);
  });

  test("stays cancelled where the caller gives up", async () => {
    const { bus } = await refusingBus();
    const patience = new AbortController();
    const publishing = bus.publish(new LampLit({}), { signal: patience.signal });
    queueMicrotask(() => patience.abort());
    await expect(publishing).rejects.toMatchObject({ code: "cancelled" });
  });
});

test("what the broker refuses for good rejects with its words, logged once for many", async () => {
  const driver = new FakeDriver();
  const logger = fakeLogger();
  const bus = new EventBus(driver, { source: "tests", logger });
  await bus.open();
  driver.errorCode = () => "permission_denied";
  const words = "access to exchange 'x' refused";
  driver.onPublish = () => Promise.reject(new Error(words));
  for (let n = 0; n < 3; n += 1) {
    await expect(bus.publish(new LampLit({}))).rejects.toMatchObject({
      code: "internal",
      message: expect.stringContaining(words),
      internalDetails: { driverCode: "permission_denied" },
    });
  }
  expect(logger.lines.map(({ level }) => level)).toEqual(["error"]);
});

describe("a relay whose broker refuses an entry", () => {
  function place(refusal: Refusal) {
    const bus = new RecordingBus();
    const outbox = new Outbox(new Database(memoryDriver()), bus);
    const relay = new OutboxRelay(outbox, bus, { pollInterval: 1_000_000 });
    const attempts = new Map<number, number>();
    let isRefusing = true;
    bus.refuse = ({ data }) => {
      const number = data["number"] as number;
      attempts.set(number, (attempts.get(number) ?? 0) + 1);
      if (!isRefusing || number !== 1) return undefined;
      return markRefusal(new InternalError("It is refused."), refusal);
    };
    return { bus, outbox, relay, attempts, accept: () => (isRefusing = false) };
  }

  test("goes on with the others, and keeps the order of its key", async () => {
    const { bus, outbox, relay, attempts, accept } = place("for now");
    await relay.start();
    await outbox.publish([numbered(1, "full"), numbered(2, "full")]);
    await outbox.publish(numbered(3, "full"));
    for (let number = 4; number < 40; number += 1) {
      await outbox.publish(numbered(number, `key ${number}`));
    }
    await expect.poll(() => bus.different).toBe(36);
    expect(bus.numbersOf("full")).toEqual([]);
    expect(attempts.get(1)).toBeLessThan(3);
    expect(relay.status).not.toHaveProperty("brokerAwayFor");
    accept();
    await expect.poll(() => bus.numbersOf("full"), { timeout: 10_000 }).toEqual([1, 2, 3]);
    expect(bus.accepted).toHaveLength(39);
    expect(relay.counters).toMatchObject({ published: 39, setAside: 0 });
    await relay.close();
  });

  test("sets it aside after some attempts, with the reason", async () => {
    const { bus, outbox, relay, attempts } = place("for good");
    await relay.start();
    await outbox.publish([numbered(1, "key")]);
    await outbox.publish([numbered(2, "key")]);
    await expect.poll(() => relay.counters.setAside, { timeout: 10_000 }).toBe(1);
    await expect.poll(() => bus.numbersOf("key"), { timeout: 10_000 }).toEqual([2]);
    expect(attempts.get(1)).toBe(3);
    const reasons: string[] = [];
    for await (const { reason } of outbox.listSetAside()) reasons.push(reason);
    expect(reasons).toEqual([expect.stringContaining("It is refused.")]);
    await relay.close();
  });

  test.each([
    ["for now", 7, 32_000],
    ["for good", 3, 2_000],
  ] as const)("asks %s at most %d times, within %d ms", (refusal, most, within) => {
    vi.useFakeTimers();
    const held = new HeldLanes();
    const entry = { id: "e", place: undefined } as PendingEntry;
    let [attempts, elapsed] = [1, 0];
    for (; held.hold({ entry, reason: "", refusal }); attempts += 1) {
      expect(held.has([entry])).toBe(true);
      const wait = held.wait() ?? Number.NaN;
      vi.advanceTimersByTime(wait + 1);
      elapsed += wait;
      expect(held.has([entry])).toBe(false);
      // Said once more, so that it is looked at, and then no more.
      expect([held.wait(), held.wait()]).toEqual([1, undefined]);
    }
    expect(attempts).toBe(most);
    expect(elapsed).toBeLessThan(within);
    expect(held.wait()).toBeUndefined();
  });
});
