import { UnavailableError } from "@plinth/core/errors";
import { Database, type Driver, type DriverCollection } from "@plinth/data";
import { memoryDriver } from "@plinth/data/memory";
import { fakeLogger } from "@plinth/testing";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { Outbox, OutboxRelay, type OutboxRelayOptions } from "../src/outbox/index.ts";
import { pendingLanes } from "../src/outbox/pending-lanes.ts";
import { numbered, RecordingBus } from "./support/recording-bus.ts";

const never = 1_000_000;

function place(driver: Driver = memoryDriver()) {
  const bus = new RecordingBus();
  const outbox = new Outbox(new Database(driver), bus);
  const relay = async (options: OutboxRelayOptions = {}): Promise<OutboxRelay> => {
    const made = new OutboxRelay(outbox, bus, { pollInterval: never, ...options });
    await made.start();
    return made;
  };
  return { bus, outbox, relay };
}

type Query = NonNullable<DriverCollection["query"]>;

/** The same driver with other queries. */
function withQueries(driver: Driver, change: (query: Query) => Query): Driver {
  return {
    ...driver,
    collection: (definition) => {
      const collection = driver.collection(definition);
      const query = collection.query?.bind(collection);
      return query === undefined ? collection : Object.assign(collection, { query: change(query) });
    },
  };
}

test("what is written in the relay's own process does not wait for its next look", async () => {
  const { bus, outbox, relay } = place();
  const running = await relay();
  await outbox.publish(numbered(1, "key"));
  await outbox.publish(numbered(2));
  await expect.poll(() => bus.accepted.length).toBe(2);
  await expect.poll(() => running.counters.removed).toBe(2);
  await running.close();
});

test("what others wrote is found by looking", async () => {
  const driver = memoryDriver();
  const { bus, relay } = place(driver);
  const elsewhere = new Outbox(new Database(driver), bus);
  const running = await relay({ pollInterval: 5 });
  await elsewhere.publish(numbered(1));
  await expect.poll(() => bus.accepted.length).toBe(1);
  await running.close();
});

test("an idle relay looks less and less often, until something is written", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let looks = 0;
  const driver = withQueries(memoryDriver(), (query) => (asked, options) => {
    looks += 1;
    return query(asked, options);
  });
  const { bus, outbox, relay } = place(driver);
  const running = await relay({ pollInterval: 1_000, leaseDuration: 1_000_000 });
  const looksIn = async (seconds: number): Promise<number> => {
    const before = looks;
    await vi.advanceTimersByTimeAsync(seconds * 1_000);
    return looks - before;
  };
  // Eight parts, after 1, 2 and 4 seconds, and then every five.
  expect(await looksIn(7.5)).toBe(3 * 8);
  expect(await looksIn(60)).toBe(12 * 8);
  await outbox.publish(numbered(1));
  await vi.advanceTimersByTimeAsync(0);
  expect(bus.accepted).toHaveLength(1);
  // The part that it came to begins again, after 1 and 2 seconds; the others are at rest.
  expect(await looksIn(4)).toBe(2);
  const closing = running.close();
  await vi.advanceTimersByTimeAsync(1_000);
  await closing;
});

test("while the broker is away nothing is lost, and status and log tell of it once", async () => {
  const { bus, outbox, relay } = place();
  const logger = fakeLogger();
  const running = await relay({ logger });
  let calls = 0;
  bus.before = () => {
    calls += 1;
  };
  bus.fate = () => "lost";
  await outbox.publish([numbered(1, "key"), numbered(2, "key")]);
  await expect.poll(() => calls).toBeGreaterThan(2);
  const status = running.status;
  expect(status).toMatchObject({ pending: 1, published: 0 });
  expect(status.lag).toBeGreaterThanOrEqual(0);
  expect(status.brokerAwayFor).toBeGreaterThanOrEqual(0);
  expect(running.health()).toMatchObject({ pending: 1 });
  expect(() => JSON.stringify(status)).not.toThrow();
  bus.fate = () => "accepted";
  await expect.poll(() => bus.numbersOf("key"), { timeout: 10_000 }).toEqual([1, 2]);
  await expect.poll(() => running.counters.removed).toBe(1);
  expect(running.status).not.toHaveProperty("brokerAwayFor");
  const told = logger.lines.filter(({ message }) => message.includes("publish events"));
  expect(told.map(({ level }) => level)).toEqual(["warn", "info"]);
  await running.close();
});

test("a database that does not answer for a while ends nothing", async () => {
  const driver = memoryDriver();
  let isAway = false;
  const failing = withQueries(driver, (query) => async (...given) => {
    if (isAway) throw new UnavailableError("The database is away.");
    return query(...given);
  });
  const bus = new RecordingBus();
  const outbox = new Outbox(new Database(failing, { attempts: 1 }), bus);
  const relay = new OutboxRelay(outbox, bus, { pollInterval: 5 });
  await relay.start();
  isAway = true;
  await outbox.publish(numbered(1));
  await expect.poll(() => relay.status.databaseAwayFor).toBeDefined();
  isAway = false;
  await expect.poll(() => bus.accepted.length, { timeout: 10_000 }).toBe(1);
  await expect.poll(() => relay.status.databaseAwayFor).toBeUndefined();
  await relay.close();
});

describe("relays of one outbox", () => {
  test("share it evenly as they come, and give it back as they go", async () => {
    const { relay } = place();
    const options = { leaseDuration: 300 };
    const running = [await relay(options)];
    const shards = (): number[] => running.map(({ status }) => status.shards);
    expect(shards()).toEqual([8]);
    running.push(await relay(options));
    await expect.poll(shards, { timeout: 10_000 }).toEqual([4, 4]);
    running.push(await relay(options));
    await expect
      .poll(() => shards().toSorted((one, other) => one - other), { timeout: 10_000 })
      .toEqual([2, 3, 3]);
    await running.shift()?.drain();
    await expect.poll(shards, { timeout: 10_000 }).toEqual([4, 4]);
    await Promise.all(running.map((each) => each.close()));
  });

  test("publish nothing twice while none of them dies", async () => {
    const { bus, outbox, relay } = place();
    const options = { leaseDuration: 200, batchSize: 7, pollInterval: 10 };
    const running = [await relay(options)];
    for (let number = 0; number < 300; number += 1) {
      await outbox.publish(numbered(number, `key ${number % 20}`));
      if (number === 100 || number === 200) running.push(await relay(options));
      if (number === 250) await running.shift()?.drain();
    }
    await expect.poll(() => bus.different, { timeout: 10_000 }).toBe(300);
    await Promise.all(running.map((each) => each.close()));
    expect(bus.accepted).toHaveLength(300);
  });
});

test("the cost of looking does not depend on what was published before", async () => {
  const driver = memoryDriver();
  let read = 0;
  const counting = withQueries(driver, (query) => async (...given) => {
    const page = await query(...given);
    read += page.records.length;
    return page;
  });
  const { outbox, relay } = place(counting);
  const running = await relay();
  for (const amount of [10, 300]) {
    await Promise.all(
      Array.from({ length: amount }, (_, number) => outbox.publish(numbered(number, "key"))),
    );
    await running.flush();
    read = 0;
    await running.flush();
    expect(read).toBe(0);
  }
  await running.close();
});

test("stopping lets what is under way be confirmed, and publishes nothing afterwards", async () => {
  const { bus, outbox, relay } = place();
  const running = await relay();
  let confirm = (): void => undefined;
  bus.before = () =>
    new Promise<void>((resolve) => {
      confirm = resolve;
    });
  await outbox.publish([numbered(1, "key"), numbered(2, "key")]);
  await expect.poll(() => confirm.name).not.toBe("confirm");
  const drained = running.drain();
  await outbox.publish(numbered(3));
  confirm();
  await drained;
  expect(bus.accepted).toHaveLength(1);
  expect((await outbox.backlog()).pending).toBe(2);
  bus.before = () => undefined;
  const next = await relay();
  expect(next.status).toMatchObject({ shards: 8 });
  await next.flush();
  expect(bus.numbersOf("key")).toEqual([1, 2]);
  await next.close();
});

test("the beginning of a lane is found however much of it the index does not show", async () => {
  const { bus, outbox } = place();
  for (let number = 1; number <= 130; number += 1) await outbox.publish(numbered(number, "key"));
  const pages = await Promise.all(
    Array.from({ length: 8 }, (_, shard) =>
      outbox.records.query({ index: "pending", partition: shard, limit: 1000 }),
    ),
  );
  const entries = pages.flatMap((page) => page.entries);
  expect(entries).toHaveLength(130);
  const seen = async (...shown: number[]): Promise<number[]> => {
    const page = shown.map((sequence) => entries[sequence - 1] as (typeof entries)[number]);
    const { lanes } = await pendingLanes(outbox.records, page, false);
    return lanes.flat().map(({ place: at }) => at?.sequence ?? 0);
  };
  expect((await seen(130)).at(0)).toBe(1);
  expect((await seen(130, 60, 3)).slice(0, 2)).toEqual([1, 2]);
  for (const { record } of entries.slice(0, 57)) await outbox.records.delete(record.id);
  expect((await seen(130)).at(0)).toBe(58);
  expect(await seen(57)).toEqual([]);
  expect(bus.accepted).toEqual([]);
});

test("options out of their range are refused by name", () => {
  const { bus, outbox } = place();
  const make = (options: OutboxRelayOptions) => () => new OutboxRelay(outbox, bus, options);
  expect(make({ batchSize: 1001 })).toThrow("batchSize must be a whole number from 1 to 1000");
  expect(make({ pollInterval: 0 })).toThrow(
    "pollInterval must be a whole number of milliseconds from 1 to",
  );
  expect(make({ pollInterval: 10, maxPollInterval: 9 })).toThrow("maxPollInterval must be a");
  expect(make({ leaseDuration: Number.NaN })).toThrow("leaseDuration");
});
