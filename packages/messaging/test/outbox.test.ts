import { randomUUID } from "node:crypto";
import { InvalidArgumentError, isServiceError } from "@plinth/core/errors";
import { type Database, Repository } from "@plinth/data";
import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import {
  Outbox,
  OutboxRelay,
  type OutboxRelayOptions,
  type SetAsideEntry,
  type PendingRecord,
} from "../src/outbox/index.ts";
import { describeOnDatabases } from "./support/databases.ts";
import { numbered, RecordingBus } from "./support/recording-bus.ts";

class LampRepository extends Repository({
  name: "lamps",
  schema: z.object({ lampId: z.string(), watts: z.number() }),
  key: ["lampId"],
}) {}

describeOnDatabases("outbox", (open) => {
  let database: Database;
  let lamps: LampRepository;

  beforeAll(async () => {
    database = await open();
    lamps = new LampRepository(database);
    await lamps.open();
  });

  /** An outbox of its own. */
  function place() {
    const bus = new RecordingBus();
    const collection = `outbox-${randomUUID()}`;
    const outbox = new Outbox(database, bus, { collection });
    return { bus, collection, outbox };
  }

  async function published(outbox: Outbox, bus: RecordingBus, options: OutboxRelayOptions = {}) {
    const relay = new OutboxRelay(outbox, bus, { pollInterval: 1_000_000, ...options });
    await relay.start();
    await relay.flush();
    await relay.close();
    return relay;
  }

  test("what could not be published is refused before anything is stored", async () => {
    const { bus, outbox } = place();
    const lampId = randomUUID();
    const action = lamps.action.create({ lampId, watts: 40 });
    const make = bus.envelope.bind(bus);
    for (const change of [{ id: "no id" }, { source: "x".repeat(300) }, { time: "soon" }]) {
      bus.envelope = (event) => ({ ...make(event), ...change });
      await expect(outbox.transact([action], numbered(1, lampId))).rejects.toThrow(
        InvalidArgumentError,
      );
    }
    expect(await lamps.get(lampId)).toBeUndefined();
    // What a caller sent decides nothing.
    bus.envelope = (event) => ({ ...make(event), tracestate: "a=".padEnd(2_000, "x") });
    await outbox.transact([action], numbered(1, lampId));
    await published(outbox, bus);
    expect(bus.accepted.map(({ tracestate }) => tracestate)).toEqual([undefined]);
    expect(await outbox.backlog()).toEqual({ pending: 0, setAside: 0 });
  });

  test("a record and its events are stored together, and what the actions yield is returned", async () => {
    const { bus, outbox } = place();
    const lampId = randomUUID();
    const [entry] = await outbox.transact(
      [lamps.action.create({ lampId, watts: 40 })],
      [numbered(1, lampId), numbered(2, lampId), numbered(3)],
    );
    expect(entry.record.watts).toBe(40);
    expect(await lamps.getEntry(lampId)).toEqual(entry);
    expect(bus.accepted).toEqual([]);
    const { counters } = await published(outbox, bus);
    expect(bus.numbersOf(lampId)).toEqual([1, 2]);
    expect(bus.numbersOf(undefined)).toEqual([3]);
    expect(counters).toEqual({ published: 3, removed: 2, setAside: 0 });
    expect(await outbox.backlog()).toEqual({ pending: 0, setAside: 0 });
  });

  test("where an action does not apply, no event is stored, and the error is the action's", async () => {
    const { bus, outbox } = place();
    const lampId = randomUUID();
    await lamps.create({ lampId, watts: 40 });
    const writing = outbox.transact(
      [lamps.action.create({ lampId, watts: 60 })],
      numbered(1, lampId),
    );
    await expect(writing).rejects.toMatchObject({ code: "already_exists" });
    await published(outbox, bus);
    expect(bus.accepted).toEqual([]);
  });

  test("writers of one key in several processes agree on an order, and two relays keep it", async () => {
    const { bus, outbox, collection } = place();
    const other = new Outbox(await open(), bus, {
      collection,
      clock: () => Date.now() - 60_000,
    });
    const answered = new Map<string, number[]>([
      ["left", []],
      ["right", []],
    ]);
    // Each writer waits for its own event before the next one: those are in order for sure.
    const write = async (writer: Outbox, first: number): Promise<void> => {
      for (let number = first; number < first + 6; number += 1) {
        for (const [key, numbers] of answered) {
          await writer.publish(numbered(number, key), { attempts: 100 });
          numbers.push(number);
        }
      }
    };
    const relays = [outbox, other].map(
      (each) => new OutboxRelay(each, bus, { pollInterval: 20, batchSize: 3 }),
    );
    await Promise.all(relays.map((relay) => relay.start()));
    await Promise.all([write(outbox, 0), write(other, 100), write(outbox, 200)]);
    await expect.poll(() => bus.different, { timeout: 15_000 }).toBe(36);
    await Promise.all(relays.map((relay) => relay.close()));
    for (const [key, numbers] of answered) {
      const seen = bus.numbersOf(key);
      expect(seen.toSorted(ascending)).toEqual(numbers.toSorted(ascending));
      for (const first of [0, 100, 200]) {
        const own = seen.filter((number) => number >= first && number < first + 100);
        expect(own).toEqual(own.toSorted(ascending));
      }
    }
  });

  test("a damaged entry is set aside, and its neighbors are published", async () => {
    const { bus, outbox } = place();
    await outbox.publish([numbered(1, "key"), numbered(2)]);
    // Another place of the same lane, and one without a lane, in the forms that faults could have.
    const entry = (await pendingRecords(outbox)).find(({ lane }) => lane !== undefined);
    const { lane = "", shard = 0, writtenAt = 0 } = entry ?? {};
    await outbox.records.update(lane, ({ id }) => ({
      id,
      lane,
      sequence: 2,
      latest: writtenAt + 1,
    }));
    const place2 = { id: `${lane}/2`, lane, sequence: 2, shard, writtenAt: writtenAt + 1 };
    await outbox.records.create({ ...place2, events: ["{no json"] });
    await outbox.records.create({ id: "loose", shard: 3, writtenAt: 5, events: ["[]"] });
    await outbox.records.create({ id: "empty", shard: 3, writtenAt: 5 } as PendingRecord);
    await outbox.publish(numbered(3, "key"));

    const { counters } = await published(outbox, bus);
    expect(bus.numbersOf("key")).toEqual([1, 3]);
    expect(bus.numbersOf(undefined)).toEqual([2]);
    expect(counters).toMatchObject({ published: 3, setAside: 3 });
    expect(await outbox.backlog()).toEqual({ pending: 0, setAside: 3 });
    const found = await setAsideIn(outbox);
    expect(found.map(({ id }) => id).toSorted()).toEqual(["empty", place2.id, "loose"].toSorted());
    expect(found.find(({ id }) => id === place2.id)).toMatchObject({
      reason: "It is damaged: its event 0 is not JSON.",
      events: ["{no json"],
    });
    await outbox.discard("empty");
    await outbox.restore("loose");
    expect(await outbox.backlog()).toMatchObject({ pending: 1, setAside: 1 });
  });

  test("what the bus refuses for good is set aside; what was published with it is not repeated", async () => {
    const { bus, outbox } = place();
    bus.refuse = ({ data }) =>
      data["number"] === 2 ? new InvalidArgumentError("It is too large.") : undefined;
    for (const number of [1, 2, 3]) await outbox.publish(numbered(number));
    await outbox.publish([numbered(4, "key")]);
    await published(outbox, bus);
    const numbers = bus.accepted.map(({ data }) => data["number"] as number);
    expect(numbers.toSorted(ascending)).toEqual([1, 3, 4]);
    const [found] = await setAsideIn(outbox);
    expect(found?.reason).toBe("The bus refused it (invalid_argument): It is too large.");
  });

  test("what a relay that died had is taken over when its time is over", async () => {
    const { bus, outbox, collection } = place();
    let now = Date.now();
    const options = { clock: () => now, leaseDuration: 60_000, pollInterval: 10 };
    // It neither publishes nor leaves.
    const dead = new OutboxRelay(outbox, bus, options);
    await dead.start();
    bus.fate = () => "lost";
    const bus2 = new RecordingBus();
    const outbox2 = new Outbox(await open(), bus2, { collection });
    const heir = new OutboxRelay(outbox2, bus2, options);
    await heir.start();
    expect(heir.status).toMatchObject({ shards: 0 });
    await outbox.publish([numbered(1, "key"), numbered(2)]);
    await heir.flush();
    expect(bus2.accepted).toEqual([]);
    now += 60_001;
    const late = new OutboxRelay(outbox2, bus2, options);
    await late.start();
    expect(late.status).toMatchObject({ shards: 8 });
    await late.flush();
    expect(bus2.different).toBe(2);
    await Promise.all([dead, heir, late].map((relay) => relay.close()));
  });

  test("a transaction that is too large says so before anything is sent", async () => {
    const { outbox } = place();
    const events = Array.from({ length: 51 }, (_, number) => numbered(number, `key ${number}`));
    await expect(outbox.transact([], events)).rejects.toThrow(
      /0 actions with the events of 51 keys make a transaction of 102 actions .* possible is 100/,
    );
    const large = { ...numbered(1), data: { number: 1, key: "x".repeat(400_000) } };
    const tooLarge = outbox.publish(large).catch((error: unknown) => error);
    expect(isServiceError(await tooLarge, "invalid_argument")).toBe(true);
    expect(await outbox.backlog()).toEqual({ pending: 0, setAside: 0 });
  });

  test("many events of one write are stored in few records, and come in order", async () => {
    const { bus, outbox } = place();
    const size = 60_000;
    const events = Array.from({ length: 12 }, (_, number) => {
      const event = numbered(number, "key");
      return { ...event, data: { ...event.data, text: "x".repeat(size) } };
    });
    await outbox.publish(events);
    await published(outbox, bus);
    expect(bus.numbersOf("key")).toEqual(events.map(({ data }) => data.number));
  });
});

function ascending(one: number, other: number): number {
  return one - other;
}

async function pendingRecords(outbox: Outbox) {
  const all = await Promise.all(
    Array.from({ length: 8 }, (_, shard) =>
      outbox.records.query({ index: "pending", partition: shard }),
    ),
  );
  return all.flatMap(({ records }) => records);
}

async function setAsideIn(outbox: Outbox): Promise<SetAsideEntry[]> {
  const found: SetAsideEntry[] = [];
  for await (const entry of outbox.listSetAside()) found.push(entry);
  return found;
}
