import { randomUUID } from "node:crypto";
import { Database } from "@plinth/data";
import { memoryDriver } from "@plinth/data/memory";
import { describeWithEngine } from "@plinth/testing";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { DomainEvent, EventBus, type MessagingDriver } from "../src/index.ts";
import { MemoryBroker, memoryMessaging } from "../src/memory/index.ts";
import { Outbox, OutboxRelay } from "../src/outbox/index.ts";
import { rabbitMq } from "../src/rabbitmq/index.ts";

const total = 10_000;
const keys = 100;
const name = `order-${randomUUID()}`;

class Numbered extends DomainEvent({
  name: `${name}.numbered`,
  schema: z.object({ key: z.string(), number: z.number() }),
  key: "key",
}) {}

/** Two relays and four consumers, each with a connection of its own. */
function testOrder(connect: () => MessagingDriver): void {
  test(
    `the order of each of ${keys} keys holds for ${total} events, two relays and four consumers`,
    { timeout: 300_000 },
    async () => {
      const open = async (): Promise<EventBus> => {
        const bus = new EventBus(connect(), { source: name });
        await bus.open();
        return bus;
      };
      const seen = new Map<string, number[]>();
      let handled = 0;
      const buses = await Promise.all(Array.from({ length: 6 }, open));
      const [one, other, ...consumers] = buses as [EventBus, EventBus, ...EventBus[]];
      await Promise.all(
        consumers.map((bus) =>
          bus.subscribe(name, {
            events: [Numbered],
            ordered: true,
            concurrency: 20,
            handler: {
              handle: async ({ data: { key, number } }) => {
                // Others get their chance to come in between.
                await new Promise(setImmediate);
                const numbers = seen.get(key) ?? [];
                seen.set(key, numbers);
                if (!numbers.includes(number)) {
                  numbers.push(number);
                  handled += 1;
                }
              },
            },
          }),
        ),
      );

      const database = new Database(memoryDriver());
      const outboxes = [one, other].map((bus, index) => {
        // The clock of the second writer is a minute behind.
        return new Outbox(database, bus, { clock: () => Date.now() - index * 60_000 });
      });
      // Both writers write each key, and each waits for one event before it writes the next.
      const write = async (writer: number, from: number, to: number): Promise<void> => {
        for (let number = from + writer; number < to; number += 2) {
          const key = `key ${Math.floor(number / 2) % keys}`;
          await outboxes[writer]?.publish(new Numbered({ key, number }), { attempts: 1000 });
        }
      };
      const writeAll = (from: number, to: number) =>
        Promise.all([write(0, from, to), write(1, from, to)]);
      const relays = [one, other].map(
        (bus, index) =>
          new OutboxRelay(outboxes[index] as Outbox, bus, { leaseDuration: 600, pollInterval: 50 }),
      );
      const [first, second] = relays as [OutboxRelay, OutboxRelay];
      await first.start();
      await writeAll(0, total / 2);
      // Comes when there is work already, and takes its share of it.
      await second.start();
      await expect.poll(() => second.status.shards, { timeout: 60_000 }).toBe(4);
      await writeAll(total / 2, total);
      await expect.poll(() => handled, { timeout: 240_000, interval: 100 }).toBe(total);
      await Promise.all(relays.map((relay) => relay.close()));
      await Promise.all(buses.map((bus) => bus.close()));

      expect(seen.size).toBe(keys);
      for (const numbers of seen.values()) {
        for (const writer of [0, 1]) {
          const own = numbers.filter((number) => number % 2 === writer);
          expect(own).toEqual(own.toSorted((left, right) => left - right));
        }
      }
      expect(first.counters.published).toBeGreaterThan(0);
      expect(second.counters.published).toBeGreaterThan(0);
    },
  );
}

describe("through a broker in memory", () => {
  const broker = new MemoryBroker();
  testOrder(() => memoryMessaging({ broker }));
});

describeWithEngine("rabbitmq", "through RabbitMQ", (url) => {
  testOrder(() => rabbitMq({ url }));
});
