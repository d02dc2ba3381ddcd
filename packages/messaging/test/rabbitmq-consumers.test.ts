import { join } from "node:path";
import { describeWithEngine, startProcess } from "@plinth/testing";
import { afterAll, expect, test } from "vitest";
import type { DriverSubscriptionDefinition, IncomingMessage, Settlement } from "../src/index.ts";
import { Condition, messageOf, openDriver } from "./support/open-driver.ts";
import { rabbitMqSpace } from "./support/rabbitmq-space.ts";

const consumerProcess = join(import.meta.dirname, "support", "consumer-process.ts");

describeWithEngine("rabbitmq", "consumers on RabbitMQ", (url) => {
  const space = rabbitMqSpace(url);
  afterAll(() => space[Symbol.asyncDispose](), 60_000);

  const definitionOf = (
    name: string,
    more: Partial<DriverSubscriptionDefinition> = {},
  ): DriverSubscriptionDefinition => ({
    name,
    types: [`${name}.thing`],
    concurrency: 4,
    ordered: false,
    retryDelays: [50, 100],
    ...more,
  });

  test(
    "two publishers and four consumers keep the order of each key",
    { timeout: 120_000 },
    async () => {
      const [keys, each, publishers] = [100, 100, 2];
      const definition = definitionOf("order.keys", { ordered: true, concurrency: 50 });
      const condition = new Condition();
      const received = new Map<string, number[]>();
      const busy = new Set<string>();
      const overlaps: string[] = [];
      const workers = new Map<number, number>();
      let count = 0;
      const receive =
        (worker: number) =>
        async (message: IncomingMessage): Promise<Settlement> => {
          const { key = "", body, attempt } = message;
          if (busy.has(key)) overlaps.push(key);
          busy.add(key);
          const n = Number(new TextDecoder().decode(body));
          // Every hundredth is tried again, which must not let its successors pass.
          await new Promise((resolve) => setImmediate(resolve));
          busy.delete(key);
          if (n % 100 === 50 && attempt === 1)
            return { kind: "retry", delay: 50, reason: "once more" };
          received.set(key, [...(received.get(key) ?? []), n]);
          workers.set(worker, (workers.get(worker) ?? 0) + 1);
          count += 1;
          condition.changed();
          return { kind: "done" };
        };
      const opened: AsyncDisposable[] = [];
      const open = async () => {
        const made = await openDriver(space.driver());
        opened.push(made);
        return made.driver;
      };
      for (const worker of [1, 2, 3, 4]) {
        const driver = await open();
        await driver.subscribe(definition, receive(worker));
      }
      // Each publisher has keys of its own: between two of them there is no order to keep.
      const publishing = Array.from({ length: publishers }, async (_, publisher) => {
        const driver = await open();
        for (let n = 0; n < each; n++) {
          const messages = Array.from({ length: keys / publishers }, (__, key) =>
            messageOf("order.keys.thing", {
              key: `key-${publisher}-${key}`,
              body: new TextEncoder().encode(String(n)),
            }),
          );
          await driver.publish(messages, {});
        }
      });
      await Promise.all(publishing);
      await condition.until(
        () => count >= keys * each,
        90_000,
        () => `${count} arrived`,
      );
      const inOrder = Array.from({ length: each }, (_, n) => n);
      expect(received.size).toBe(keys);
      for (const [key, numbers] of received) expect(numbers, key).toEqual(inOrder);
      expect(overlaps).toEqual([]);
      expect(count).toBe(keys * each);
      for (const one of opened) await one[Symbol.asyncDispose]();
    },
  );

  test(
    "what a killed process was handling comes to another, with its count",
    { timeout: 60_000 },
    async () => {
      const definition = definitionOf("killed.process", { concurrency: 2 });
      space.expect(definition);
      const argumentsOf = [consumerProcess, url, space.prefix, JSON.stringify(definition)];
      const child = await startProcess(process.execPath, [
        "--import",
        "tsx",
        "--conditions=@plinth/source",
        ...argumentsOf,
      ]);
      await using _child = child;
      await child.waitForOutput(/ready/, 30_000);
      await using opened = await openDriver(space.driver());
      const message = messageOf("killed.process.thing", { id: "poison" });
      await opened.driver.publish([message], {});
      await child.waitForOutput(/has poison 1/);
      child.kill("SIGKILL");
      const received: IncomingMessage[] = [];
      const condition = new Condition();
      await opened.driver.subscribe(definition, async (each) => {
        received.push(each);
        condition.changed();
        return { kind: "done" };
      });
      await condition.until(
        () => received.length > 0,
        10_000,
        () => "nothing came",
      );
      expect(received[0]).toMatchObject({
        id: "poison",
        attempt: 1,
        redelivered: true,
        lostDeliveries: 1,
      });
    },
  );

  test(
    "an ordered message goes on counting its attempts in another process",
    { timeout: 60_000 },
    async () => {
      const definition = definitionOf("ordered.attempts", { ordered: true, retryDelays: [40] });
      const condition = new Condition();
      const received: string[] = [];
      const note = (consumer: string, { id, attempt }: IncomingMessage): void => {
        received.push(`${consumer} ${id} ${attempt}`);
        condition.changed();
      };
      const arrived = (count: number): Promise<void> =>
        condition.until(
          () => received.length === count,
          10_000,
          () => received.join(),
        );
      const never = new Promise<never>(() => undefined);
      // The next one stands by before the one before it ends: what is given back first, it sees first.
      const drivers = [1, 2, 3].map(() => openDriver(space.driver()));
      const [first, second, third] = (await Promise.all(drivers)).map(({ driver }) => driver);
      const firstSubscription = await first?.subscribe(definition, async (message) => {
        note("first", message);
        if (message.attempt === 3) return never;
        return { kind: "retry", delay: 40, reason: "no" };
      });
      const messages = ["a", "b"].map((id) =>
        messageOf("ordered.attempts.thing", { id, key: "k" }),
      );
      await first?.publish(messages, {});
      await arrived(3);
      const secondSubscription = await second?.subscribe(definition, async (message) => {
        note("second", message);
        return never;
      });
      await firstSubscription?.close();
      await arrived(4);
      await third?.subscribe(definition, async (message) => {
        note("third", message);
        return { kind: "done" };
      });
      await secondSubscription?.close();
      await arrived(6);
      for (const driver of [first, second, third]) await driver?.close();
      expect(received).toEqual([
        "first a 1",
        "first a 2",
        "first a 3",
        "second a 3",
        "third a 3",
        "third b 1",
      ]);
    },
  );

  test(
    "a message that keeps killing its consumers is moved away by the broker",
    { timeout: 60_000 },
    async () => {
      const definition = definitionOf("killed.again", { concurrency: 1 });
      const { driver: publisher } = await openDriver(space.driver());
      await publisher
        .subscribe(definition, async () => new Promise(() => undefined))
        .then((s) => s.close());
      await publisher.publish([messageOf("killed.again.thing", { id: "poison" })], {});
      const condition = new Condition();
      const counts: (number | undefined)[] = [];
      const box = { subscription: "killed.again", kind: "dead" } as const;
      while ((await publisher.letters?.count(box)) === 0 && counts.length < 30) {
        const before = counts.length;
        const lost = await publisher.subscribe(definition, async ({ lostDeliveries }) => {
          counts.push(lostDeliveries);
          condition.changed();
          return new Promise(() => undefined);
        });
        const moved = setInterval(() => condition.changed(), 50);
        await condition
          .until(
            () => counts.length > before,
            2_000,
            () => "it is not delivered any more",
          )
          .catch(() => undefined);
        clearInterval(moved);
        await lost.close();
      }
      expect(counts).toEqual(Array.from({ length: 21 }, (_, n) => n));
      const letters: unknown[] = [];
      await publisher.letters?.visit(box, (letter) => (letters.push(letter), "remove"), {});
      expect(letters).toMatchObject([
        {
          id: "poison",
          type: "killed.again.thing",
          reason: { code: "aborted", message: /consumer was lost/ },
        },
      ]);
      await publisher.close();
    },
  );

  test(
    "on the way down what is finished is acknowledged, and nothing else",
    { timeout: 60_000 },
    async () => {
      const definition = definitionOf("way.down", { concurrency: 3 });
      const opened = await openDriver(space.driver());
      const release: (() => void)[] = [];
      const condition = new Condition();
      const subscription = await opened.driver.subscribe(definition, async () => {
        await new Promise<void>((resolve) => {
          release.push(resolve);
          condition.changed();
        });
        return { kind: "done" };
      });
      const ids = ["1", "2", "3", "4", "5"];
      await opened.driver.publish(
        ids.map((id) => messageOf("way.down.thing", { id })),
        {},
      );
      await condition.until(
        () => release.length === 3,
        10_000,
        () => `${release.length} came`,
      );
      let drained = false;
      const draining = subscription.drain().then(() => (drained = true));
      release[0]?.();
      release[1]?.();
      await opened.driver.ping?.({});
      expect(drained).toBe(false);
      release[2]?.();
      await draining;
      expect(release).toHaveLength(3);
      await opened.driver.close();

      await using next = await openDriver(space.driver());
      const left: string[] = [];
      await next.driver.subscribe(definition, async ({ id, redelivered }) => {
        left.push(`${id} ${redelivered}`);
        condition.changed();
        return { kind: "done" };
      });
      await condition.until(
        () => left.length >= 2,
        10_000,
        () => left.join(),
      );
      expect(left).toEqual(["4 false", "5 false"]);
    },
  );
});
