import { setTimeout as delay } from "node:timers/promises";
import { describeWithEngine } from "@plinth/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PrivateRabbitMq, startRabbitMq } from "../../../scripts/engines/start-rabbitmq.ts";
import type { MessagingDriver } from "../src/index.ts";
import { rabbitMq } from "../src/rabbitmq/index.ts";
import { Condition, messageOf, openDriver } from "./support/open-driver.ts";

/** `npm run test:outage` keeps the broker away for 20 s; otherwise it is a matter of seconds. */
const isFull = process.env["PLINTH_OUTAGE"] === "full";
const away = isFull ? 20_000 : 1_500;
/** What the broker's return may take us, in milliseconds. */
const recovery = 5_000;
const publishers = 40;

describeWithEngine("rabbitmq", "a broker that goes away", () => {
  let broker: PrivateRabbitMq;
  beforeAll(async () => {
    broker = await startRabbitMq();
  }, 120_000);
  afterAll(() => broker[Symbol.asyncDispose](), 60_000);

  const ways = [
    ["stopped", () => broker.stop()],
    ["killed", () => broker.kill()],
  ] as const;
  for (const [how, end] of ways) {
    // Two of the four will do where there is little time.
    for (const ordered of isFull ? [false, true] : [how === "killed"]) {
      test(
        `${how} under load: all that was accepted arrives (${ordered ? "ordered" : "unordered"})`,
        { timeout: 120_000 + away },
        async () => {
          const name = `${how}.${ordered ? "ordered" : "unordered"}`;
          const load = await startLoad(broker.url, name, ordered, async () => {
            if (how === "stopped") return;
            // A queue that was made less than some seconds before a power failure can be lost, or
            // never answer again: the broker writes the list of its queues late. A shutdown does.
            await broker.stop();
            await broker.start();
          });
          await load.received(1_000);
          await end();
          await expect(
            load.publisher.driver.ping?.({ signal: AbortSignal.timeout(500) }),
          ).rejects.toThrow(/timeout|closed/i);
          await delay(away);
          await broker.start();
          const before = load.count();
          await load.changed.until(
            () =>
              load.count().accepted > before.accepted + publishers &&
              load.count().received > before.received,
            recovery,
            () => `${JSON.stringify(before)} became ${JSON.stringify(load.count())}`,
          );
          const { accepted, received, rejected } = await load.finish();
          expect(accepted.size).toBeGreaterThan(1_000);
          expect([...accepted].filter((id) => !received.has(id))).toEqual([]);
          expect(rejected).toEqual([]);
          const kinds = () => load.publisher.states.map(({ kind }) => kind);
          // Of the driver's two connections the other one may come back a moment later.
          await load.changed.until(
            () => kinds().at(-1) === "connected",
            recovery,
            () => kinds().join(),
          );
          expect([...new Set(kinds())]).toEqual(["connected", "disconnected"]);
          expect([...load.publisher.errors, ...load.consumer.errors]).toEqual([]);
          await load.close();
        },
      );
    }
  }

  test(
    "while it is away, publishing waits, within bounds and until its deadline",
    { timeout: 60_000 },
    async () => {
      const options = { url: broker.url, buffer: { messages: 300, bytes: 1_000_000 } };
      await using opened = await openDriver(rabbitMq(options));
      await broker.kill();
      const publish = (count: number, bytes: number, signal?: AbortSignal): Promise<void> => {
        const body = new Uint8Array(bytes);
        const messages = Array.from({ length: count }, () => messageOf("bounds.thing", { body }));
        return opened.driver.publish(messages, { signal });
      };

      const patience = new AbortController();
      const waiting = outcomesOf([publish(200, 100, patience.signal), publish(100, 100)]);
      const flood = await outcomesOf(Array.from({ length: 5_000 }, () => publish(1, 100)));
      expect(new Set(flood)).toEqual(new Set(["resource_exhausted"]));
      patience.abort(Object.assign(new Error("out of patience"), { code: "aborted" }));
      // Abandoned messages make room. The bytes are counted, too.
      const large = [publish(1, 400_000), publish(1, 400_000)];
      await expect(publish(1, 400_000)).rejects.toMatchObject({ code: "resource_exhausted" });
      await broker.start();
      await Promise.all(large);
      expect(await waiting).toEqual(["aborted", "accepted"]);
      expect(opened.errors).toEqual([]);
    },
  );

  test(
    "a driver that is closed while the broker is away gives up what waits",
    { timeout: 60_000 },
    async () => {
      const { driver } = await openDriver(rabbitMq({ url: broker.url }));
      const definition = {
        name: "closed.away",
        types: ["closed.thing"],
        concurrency: 1,
        ordered: false,
        retryDelays: [],
      };
      const subscription = await driver.subscribe(definition, async () => ({ kind: "done" }));
      await broker.kill();
      const publishing = driver.publish([messageOf("closed.thing")], {});
      const outcome = outcomesOf([publishing]);
      await subscription.drain();
      await driver.close();
      expect(await outcome).toEqual(["unavailable"]);
      await expect(openDriver(rabbitMq({ url: broker.url }))).rejects.toMatchObject({
        code: "ECONNREFUSED",
      });
      await broker.start();
    },
  );

  /** The codes with which publishes were rejected. */
  async function outcomesOf(publishing: readonly Promise<void>[]): Promise<unknown[]> {
    const outcomes = await Promise.allSettled(publishing);
    return outcomes.map((outcome) =>
      outcome.status === "rejected" ? outcome.reason.code : "accepted",
    );
  }
});

describeWithEngine("rabbitmq", "a broker without room", () => {
  test(
    "says so, publishing waits until its deadline, and closing leaves no socket",
    { timeout: 90_000 },
    async () => {
      // As if its disk were full.
      const settings = { "disk_free_limit.absolute": "900000000000000" };
      await using broker = await startRabbitMq({ settings });
      const changed = new Condition();
      const sockets = () =>
        process.getActiveResourcesInfo().filter((kind) => kind === "TCPSocketWrap").length;
      const before = sockets();
      const driver = rabbitMq({ url: broker.url });
      const states: string[] = [];
      await driver.open({
        name: "test",
        onConnection: (state) => {
          states.push(state.kind === "blocked" ? `blocked: ${state.reason}` : state.kind);
          changed.changed();
        },
        onError: () => undefined,
      });
      const subscription = await driver.subscribe(
        { name: "no.room", types: ["no.room"], concurrency: 1, ordered: false, retryDelays: [] },
        async () => ({ kind: "done" }),
      );
      const patience = new AbortController();
      const publishing = driver.publish([messageOf("no.room")], { signal: patience.signal });
      publishing.catch(() => undefined);
      await changed.until(
        () => states.length === 2,
        10_000,
        () => states.join(),
      );
      expect(states).toEqual(["connected", "blocked: low on disk"]);
      patience.abort(new Error("out of patience"));
      await expect(publishing).rejects.toThrow("out of patience");
      await subscription.drain();
      await driver.close();
      await expect.poll(sockets).toBeLessThanOrEqual(before);
    },
  );
});

/** Publishes as fast as it is answered, and consumes, until it is finished. */
async function startLoad(
  url: string,
  name: string,
  ordered: boolean,
  declared: () => Promise<void>,
) {
  const changed = new Condition();
  const accepted = new Set<string>();
  const received = new Set<string>();
  const rejected: unknown[] = [];
  const type = `${name}.thing`;
  const consumer = await openDriver(rabbitMq({ url }));
  const definition = { name, types: [type], concurrency: 20, ordered, retryDelays: [100] };
  await consumer.driver.subscribe(definition, async ({ id }) => {
    received.add(id);
    changed.changed();
    return { kind: "done" };
  });
  await declared();
  const publisher = await openDriver(rabbitMq({ url }), name, changed);
  const stop = new AbortController();
  const loops = Array.from({ length: publishers }, (_, n) =>
    publishLoop(publisher.driver, `key-${n}`, stop.signal),
  );

  async function publishLoop(driver: MessagingDriver, key: string, signal: AbortSignal) {
    while (!signal.aborted) {
      const message = messageOf(type, { key });
      try {
        await driver.publish([message], {});
        accepted.add(message.id);
        changed.changed();
      } catch (error) {
        rejected.push(error);
      }
    }
  }

  const count = () => ({ accepted: accepted.size, received: received.size });
  const seen = () => JSON.stringify(count());
  return {
    changed,
    publisher,
    consumer,
    count,
    received: (wanted: number) => changed.until(() => received.size >= wanted, 30_000, seen),
    /** Publishes no more, and waits until what was accepted has come. */
    finish: async () => {
      stop.abort();
      await Promise.all(loops);
      await changed.until(() => [...accepted].every((id) => received.has(id)), 60_000, seen);
      return { accepted, received, rejected };
    },
    close: async () => {
      await publisher[Symbol.asyncDispose]();
      await consumer[Symbol.asyncDispose]();
    },
  };
}
