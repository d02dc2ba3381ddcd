import { randomUUID } from "node:crypto";
import { AbortedError, AlreadyExistsError } from "@plinth/core/errors";
import { Database, Repository } from "@plinth/data";
import { memoryDriver } from "@plinth/data/memory";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { Inbox, Outbox, OutboxRelay } from "../src/outbox/index.ts";
import { describeOnDatabases } from "./support/databases.ts";
import { numbered, RecordingBus } from "./support/recording-bus.ts";

class CounterRepository extends Repository({
  name: "counters",
  schema: z.object({ counterId: z.string(), count: z.number() }),
  key: ["counterId"],
}) {}

function deliveryOf(id: string = randomUUID(), subscription = "tests.count", source = "tests") {
  return { id, source, subscription };
}

/** What is not the same when it is done twice. */
function oneMore(counters: CounterRepository, counterId: string) {
  return async () => {
    const known = await counters.getEntry(counterId);
    return known === undefined
      ? [counters.action.create({ counterId, count: 1 })]
      : [
          counters.action.replace(
            { counterId, count: known.record.count + 1 },
            { revision: known.revision },
          ),
        ];
  };
}

describeOnDatabases("inbox", (open) => {
  let database: Database;
  let counters: CounterRepository;
  let inbox: Inbox;
  beforeAll(async () => {
    database = await open();
    counters = new CounterRepository(database);
    inbox = new Inbox(database);
    await counters.open();
    await inbox.open();
  });

  test("an event is applied once, and the caller is told which time it was", async () => {
    const counterId = randomUUID();
    const delivery = deliveryOf();
    expect(await inbox.once(delivery, oneMore(counters, counterId))).toBe(true);
    expect(await inbox.once(delivery, oneMore(counters, counterId))).toBe(false);
    expect((await counters.get(counterId))?.count).toBe(1);
  });

  test("of duplicates at the same time, in two processes, exactly one takes effect", async () => {
    const other = await open();
    const places = [
      { inbox, counters },
      { inbox: new Inbox(other), counters: new CounterRepository(other) },
    ];
    const counterId = randomUUID();
    for (let round = 1; round <= 3; round += 1) {
      const delivery = deliveryOf();
      const applied = await Promise.all(
        Array.from({ length: 6 }, (_, index) => {
          const place = places[index % 2] as (typeof places)[number];
          return place.inbox.once(delivery, oneMore(place.counters, counterId));
        }),
      );
      expect(applied.filter(Boolean)).toHaveLength(1);
      expect((await counters.get(counterId))?.count).toBe(round);
    }
  });

  test("different events on one record all take effect, in any order", async () => {
    const counterId = randomUUID();
    await counters.create({ counterId, count: 0 });
    const applied = await Promise.all(
      Array.from({ length: 5 }, () => inbox.once(deliveryOf(), oneMore(counters, counterId))),
    );
    expect(applied).toEqual([true, true, true, true, true]);
    expect((await counters.get(counterId))?.count).toBe(5);
  });

  test("one id means another event in another subscription or from another source", async () => {
    const counterId = randomUUID();
    const id = randomUUID();
    const deliveries = [
      deliveryOf(id),
      deliveryOf(id, "tests.other"),
      deliveryOf(id, "tests.count", "elsewhere"),
    ];
    for (const delivery of deliveries) {
      expect(await inbox.once(delivery, oneMore(counters, counterId))).toBe(true);
    }
    expect((await counters.get(counterId))?.count).toBe(3);
  });

  test("an effect that fails leaves no mark: the event is applied when it is redelivered", async () => {
    const counterId = randomUUID();
    const delivery = deliveryOf();
    await counters.create({ counterId, count: 7 });
    const clash = inbox.once(delivery, () => [counters.action.create({ counterId, count: 1 })]);
    await expect(clash).rejects.toBeInstanceOf(AlreadyExistsError);
    const broken = inbox.once(delivery, () => {
      throw new Error("The handler is at fault.");
    });
    await expect(broken).rejects.toThrow("The handler is at fault.");
    expect(await inbox.once(delivery, oneMore(counters, counterId))).toBe(true);
    expect((await counters.get(counterId))?.count).toBe(8);
  });

  test("events that an effect leads to are written with it, and a key's order holds", async () => {
    const bus = new RecordingBus();
    const outbox = new Outbox(database, bus, { collection: `outbox-${randomUUID()}` });
    const counterId = randomUUID();
    const apply = (number: number, delivery = deliveryOf()) =>
      inbox.once(delivery, async () => [
        ...(await oneMore(counters, counterId)()),
        ...(await outbox.actions(numbered(number, "key"))),
      ]);
    const first = deliveryOf();
    await apply(0, first);
    expect(await apply(0, first)).toBe(false);
    // Both want the next place of the key: the loser makes its actions again.
    await Promise.all([apply(1), apply(2), outbox.publish(numbered(3, "key"))]);
    const relay = new OutboxRelay(outbox, bus);
    await relay.start();
    await relay.flush();
    await relay.close();
    expect(bus.accepted).toHaveLength(4);
    expect(bus.numbersOf("key")[0]).toBe(0);
    expect((await counters.get(counterId))?.count).toBe(3);
  });
});

describe("the inbox's memory", () => {
  test("is as long as it was told, by the clocks of inbox and database", async () => {
    let now = Date.UTC(2030, 0, 1);
    const clock = (): number => now;
    const database = new Database(memoryDriver(), { clock });
    const counters = new CounterRepository(database);
    const delivery = deliveryOf();
    const once = (remember?: number) =>
      new Inbox(database, { clock, remember }).once(delivery, oneMore(counters, "a"));
    expect(await once()).toBe(true);
    now += 7 * 24 * 60 * 60 * 1000 - 1;
    expect(await once()).toBe(false);
    now += 1;
    expect(await once(1000)).toBe(true);
    now += 1000;
    expect(await once()).toBe(true);
    expect((await counters.get("a"))?.count).toBe(3);
  });

  test("cannot be nothing", () => {
    const database = new Database(memoryDriver());
    expect(() => new Inbox(database, { remember: 0 })).toThrow(
      "remember must be a whole number of milliseconds of at least 1",
    );
    expect(() => new Inbox(database, { remember: Number.NaN })).toThrow("remember");
  });
});

test("an effect that never fits is given up after the attempts that were asked for", async () => {
  const database = new Database(memoryDriver());
  const counters = new CounterRepository(database);
  await counters.create({ counterId: "a", count: 1 });
  let made = 0;
  const never = new Inbox(database).once(
    deliveryOf(),
    () => {
      made += 1;
      return [counters.action.put({ counterId: "a", count: 2 }, { revision: "of-long-ago" })];
    },
    { attempts: 3 },
  );
  await expect(never).rejects.toBeInstanceOf(AbortedError);
  expect(made).toBe(3);
});
