import { setTimeout as delay } from "node:timers/promises";
import { describeWithEngine, fakeLogger } from "@plinth/testing";
import { Database } from "@plinth/data";
import { memoryDriver } from "@plinth/data/memory";
import { connect } from "amqplib";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { DomainEvent, EventBus } from "../src/index.ts";
import { Outbox, OutboxRelay } from "../src/outbox/index.ts";
import { rabbitMqSpace } from "./support/rabbitmq-space.ts";

/** `npm run test:rollout` takes as long as deployments and full queues do; otherwise it is a matter of seconds. */
const isFull = process.env["PLINTH_ROLLOUT"] === "full";
const deployment = isFull
  ? { pods: 10, deployments: 3, events: 300 }
  : { pods: 3, deployments: 8, events: 60 };
const outage = isFull ? { events: 1_000, duration: 40_000 } : { events: 100, duration: 3_000 };

class Numbered extends DomainEvent({
  name: "rollout.numbered",
  schema: z.object({ key: z.string(), number: z.number() }),
  key: "key",
}) {}

describeWithEngine("rabbitmq", "deployments and full queues", (url) => {
  const space = rabbitMqSpace(url);
  afterAll(() => space[Symbol.asyncDispose](), 60_000);

  async function openBus(logger = fakeLogger()): Promise<EventBus> {
    const bus = new EventBus(space.driver(), { source: "rollout", logger });
    await bus.open();
    return bus;
  }

  test(
    `${deployment.deployments} rolling deployments of ${deployment.pods} pods keep ${deployment.events} waiting events, in order`,
    { timeout: 600_000 },
    async () => {
      const { pods, deployments, events } = deployment;
      const name = "rollout.ordered";
      const handled: { readonly key: string; readonly number: number }[] = [];

      /** Handles one event and then none before it is stopped, or as many as there are. */
      async function startPod(isLast: boolean) {
        const bus = await openBus();
        let [begin, stop] = [(): void => undefined, (): void => undefined];
        const begun = new Promise<void>((resolve) => (begin = resolve));
        const stopped = new Promise<void>((resolve) => (stop = resolve));
        await bus.subscribe(name, {
          events: [Numbered],
          ordered: true,
          concurrency: 1,
          handler: {
            handle: async ({ data }) => {
              begin();
              if (!isLast) await stopped;
              handled.push(data);
            },
          },
        });
        return {
          /** Once it is the one that gets events, which are then on their way to it. */
          stop: async () => {
            if (!isLast) await begun;
            stop();
            await bus.drain();
            await bus.close();
          },
        };
      }

      const publisher = await openBus();
      const first = await startPod(true);
      await first.stop();
      for (let number = 0; number < events / 10; number += 1) {
        await publisher.publish(
          Array.from({ length: 10 }, (_, key) => new Numbered({ key: `key ${key}`, number })),
        );
      }
      // One after the other: the broker gives all partitions to the one that came first.
      let running: Awaited<ReturnType<typeof startPod>>[] = [];
      for (let pod = 0; pod < pods; pod += 1) running.push(await startPod(false));
      for (let round = 1; round <= deployments; round += 1) {
        const next: typeof running = [];
        for (const old of running) {
          next.push(await startPod(round === deployments));
          await old.stop();
        }
        running = next;
      }
      await expect.poll(() => handled.length, { timeout: 120_000 }).toBe(events);
      for (const pod of running) await pod.stop();
      expect(await publisher.deadLetters.count(name)).toBe(0);
      for (let key = 0; key < 10; key += 1) {
        const numbers = handled.filter((each) => each.key === `key ${key}`);
        expect(numbers.map(({ number }) => number)).toEqual(
          Array.from({ length: events / 10 }, (_, number) => number),
        );
      }
      await publisher.close();
    },
  );

  test(
    `a queue that is full for ${outage.duration / 1_000} s gives the others each of ${outage.events} events once`,
    { timeout: 300_000 },
    async () => {
      const { events, duration } = outage;
      const logger = fakeLogger();
      const bus = await openBus(logger);
      // As three processes: the second copy of an event may come to another one than the first.
      const pods = [bus, await openBus(), await openBus()];
      const counts = new Map<string, Map<number, number>>();
      for (const ordered of [false, true]) {
        const seen = new Map<number, number>();
        const name = ordered ? "rollout.with-order" : "rollout.without-order";
        counts.set(name, seen);
        for (const pod of pods) {
          await pod.subscribe(name, {
            events: [Numbered],
            ordered,
            handler: {
              handle: ({ data: { number } }) => void seen.set(number, (seen.get(number) ?? 0) + 1),
            },
          });
        }
      }
      // Of another program, which reads nothing while it lasts.
      const connection = await connect(url);
      const channel = await connection.createChannel();
      const slow = `${space.prefix}.slow`;
      await channel.assertQueue(slow, {
        durable: true,
        arguments: { "x-max-length": 1, "x-overflow": "reject-publish" },
      });
      await channel.bindQueue(slow, `${space.prefix}.events`, "rollout.numbered.#");

      const end = performance.now() + duration;
      const publishing: Promise<unknown>[] = [];
      for (let number = 0; number < events; number += 1) {
        const event = new Numbered({ key: `key ${number % 50}`, number });
        publishing.push(
          bus.publish(event).then(
            () => number,
            (error: unknown) => error,
          ),
        );
        await delay(duration / events / 2);
      }
      await delay(Math.max(0, end - performance.now()));
      const arrived = new Set<number>();
      await channel.consume(
        slow,
        (raw) => {
          if (raw !== null) arrived.add(JSON.parse(raw.content.toString()).data.number);
        },
        { noAck: true },
      );
      const outcomes = await Promise.all(publishing);
      const accepted = outcomes.filter((outcome) => typeof outcome === "number");
      for (const error of outcomes) {
        if (typeof error !== "number") expect(error).toMatchObject({ code: "resource_exhausted" });
      }
      if (!isFull) expect(accepted).toHaveLength(events);
      await expect.poll(() => accepted.filter((number) => !arrived.has(number))).toEqual([]);
      for (const [name, seen] of counts) {
        await expect.poll(() => seen.size, { message: name, timeout: 20_000 }).toBe(events);
        const twice = [...seen.values()].filter((count) => count > 1).length;
        expect(twice, name).toBeLessThan(events / 100);
      }
      const told = logger.lines.filter(({ message }) => message.includes("no room"));
      expect(told).toHaveLength(1);
      await channel.deleteQueue(slow);
      await connection.close();
      await Promise.all(pods.map((pod) => pod.close()));
    },
  );

  test(
    "an outbox goes on with what there is room for, and repeats nothing to those that have it",
    { timeout: 120_000 },
    async () => {
      class Other extends DomainEvent({
        name: "rollout.other",
        schema: z.object({ number: z.number() }),
      }) {}
      const bus = await openBus();
      const counts = new Map<string, number>();
      await bus.subscribe("rollout.outbox", {
        events: [Numbered, Other],
        handler: {
          handle: ({ type, data: { number } }) => {
            const event = `${type} ${number}`;
            counts.set(event, (counts.get(event) ?? 0) + 1);
          },
        },
      });
      const connection = await connect(url);
      const channel = await connection.createChannel();
      const full = `${space.prefix}.full`;
      const noRoom = { "x-max-length": 0, "x-overflow": "reject-publish" };
      await channel.assertQueue(full, { durable: true, arguments: noRoom });
      await channel.bindQueue(full, `${space.prefix}.events`, "rollout.numbered.#");

      const outbox = new Outbox(new Database(memoryDriver()), bus);
      const relay = new OutboxRelay(outbox, bus);
      await relay.start();
      for (let number = 0; number < 30; number += 1) {
        await outbox.publish(new Numbered({ key: `key ${number % 5}`, number }));
        await outbox.publish(new Other({ number }));
      }
      const seen = (type: string) =>
        [...counts.keys()].filter((key) => key.startsWith(type)).length;
      await expect.poll(() => seen("rollout.other"), { timeout: 10_000 }).toBe(30);
      // The first of each key, and what comes behind it waits.
      expect(seen("rollout.numbered")).toBe(5);
      await channel.deleteQueue(full);
      await expect.poll(() => seen("rollout.numbered"), { timeout: 30_000 }).toBe(30);
      expect([...counts.values()].filter((count) => count > 1)).toEqual([]);
      await expect
        .poll(() => relay.counters, { timeout: 10_000 })
        .toMatchObject({ removed: 60, setAside: 0 });
      await relay.close();
      await connection.close();
      await bus.close();
    },
  );
});
