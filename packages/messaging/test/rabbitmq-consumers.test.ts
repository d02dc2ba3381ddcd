import { join } from "node:path";
import { describeWithEngine, startProcess } from "@plinth/testing";
import { afterAll, expect, test } from "vitest";
import type { DriverSubscriptionDefinition, IncomingMessage, Settlement } from "../src/index.ts";
import { CuttingProxy } from "../../data/test/support/cutting-proxy.ts";
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

  for (const ordered of [false, true]) {
    const kind = ordered ? "an ordered" : "an unordered";
    test(
      `${kind} message that keeps losing its consumers is counted, in whichever process`,
      { timeout: 60_000 },
      async () => {
        const name = `killed.again-${ordered}`;
        const definition = definitionOf(name, { concurrency: 1, ordered });
        const { driver: publisher } = await openDriver(space.driver());
        const never = new Promise<never>(() => undefined);
        await publisher.subscribe(definition, () => never).then((s) => s.close());
        await publisher.publish([messageOf(`${name}.thing`, { id: "poison" })], {});
        const condition = new Condition();
        const counts: (number | undefined)[] = [];
        while (counts.length < 21) {
          const before = counts.length;
          const lost = await openDriver(space.driver());
          await lost.driver.subscribe(definition, async ({ lostDeliveries }) => {
            counts.push(lostDeliveries);
            condition.changed();
            return never;
          });
          await condition.until(
            () => counts.length > before,
            10_000,
            () => `it is not delivered anymore after ${counts.join()}`,
          );
          await lost.driver.close();
        }
        expect(counts).toEqual(Array.from({ length: 21 }, (_, n) => n));
        // What ends well is forgotten, so that a replay starts at 1.
        const done = await openDriver(space.driver());
        const settled = new Promise<void>((resolve) => {
          void done.driver.subscribe(definition, async () => (resolve(), { kind: "done" }));
        });
        await settled;
        await done.driver.close();
        await publisher.close();
      },
    );

    test(
      `what ${kind} subscription finished is not handled again when its acknowledgement went nowhere`,
      { timeout: 60_000 },
      async () => {
        const name = `blocked.loop-${ordered}`;
        const { hostname, port } = new URL(url);
        await using proxy = await CuttingProxy.start(hostname, Number(port));
        const through = new URL(url);
        through.host = proxy.address;
        await using opened = await openDriver(space.driver({ url: through.href }));
        const condition = new Condition();
        const runs: string[] = [];
        await opened.driver.subscribe(definitionOf(name, { ordered }), async ({ id }) => {
          runs.push(id);
          // The acknowledgement is written before the driver hears that its connection is gone.
          if (runs.length === 1) proxy.cut("all");
          condition.changed();
          return { kind: "done" };
        });
        await opened.driver.publish([messageOf(`${name}.thing`, { id: "first", key: "k" })], {});
        await condition.until(
          () => runs.length > 0,
          10_000,
          () => "nothing came",
        );
        await opened.driver.publish([messageOf(`${name}.thing`, { id: "second", key: "k" })], {});
        await condition.until(
          () => runs.includes("second"),
          20_000,
          () => runs.join(),
        );
        expect(runs).toEqual(["first", "second"]);
      },
    );
  }

  test(
    "events that wait in order behind one that keeps losing its consumers are not counted for good",
    { timeout: 60_000 },
    async () => {
      const definition = definitionOf("waiting.behind", { concurrency: 1, ordered: true });
      const { driver: publisher } = await openDriver(space.driver());
      const never = new Promise<never>(() => undefined);
      await publisher.subscribe(definition, () => never).then((s) => s.close());
      const ids = Array.from({ length: 10 }, (_, n) => `event-${n}`);
      const messages = ids.map((id) => messageOf("waiting.behind.thing", { id, key: "k" }));
      await publisher.publish(messages, {});
      const condition = new Condition();
      for (let crash = 0; crash < 25; crash += 1) {
        const lost = await openDriver(space.driver());
        let began = false;
        await lost.driver.subscribe(definition, async () => {
          began = true;
          condition.changed();
          return never;
        });
        await condition.until(
          () => began,
          10_000,
          () => `nothing was delivered before crash ${crash}`,
        );
        await lost.driver.close();
      }
      const last = await openDriver(space.driver());
      const counts = new Map<string, number>();
      await last.driver.subscribe(definition, async ({ id, lostDeliveries = 0 }) => {
        counts.set(id, lostDeliveries);
        condition.changed();
        return { kind: "done" };
      });
      await condition.until(
        () => counts.size === ids.length,
        20_000,
        () => `${counts.size} of ${ids.length} arrived`,
      );
      expect([...counts.keys()]).toEqual(ids);
      expect(counts.get("event-0")).toBe(25);
      expect(Math.max(...ids.slice(1).map((id) => counts.get(id) ?? Number.NaN))).toBeLessThan(6);
      await last.driver.close();
      await publisher.close();
    },
  );

  test("what is given back as it should is not counted for good", { timeout: 60_000 }, async () => {
    const definition = definitionOf("given.back", { concurrency: 1 });
    await using opened = await openDriver(space.driver());
    const condition = new Condition();
    const counts: (number | undefined)[] = [];
    await opened.driver.subscribe(definition, async ({ lostDeliveries }) => {
      counts.push(lostDeliveries);
      condition.changed();
      return { kind: counts.length < 30 ? "release" : "done" };
    });
    await opened.driver.publish([messageOf("given.back.thing")], {});
    await condition.until(
      () => counts.length === 30,
      30_000,
      () => counts.join(),
    );
    expect(counts.slice(0, 6)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(new Set(counts.slice(6))).toEqual(new Set([5]));
  });

  test(
    "a replayed letter is handled, also if its id was settled before and is redelivered",
    { timeout: 60_000 },
    async () => {
      const definition = definitionOf("replayed.letter", { concurrency: 1, retryDelays: [20] });
      await using opened = await openDriver(space.driver());
      const box = { subscription: "replayed.letter", kind: "dead" } as const;
      const reason = { code: "internal", message: "no", attempts: 1, at: 1 } as const;
      const attempts: number[] = [];
      await opened.driver.subscribe(definition, async ({ attempt }) => {
        attempts.push(attempt);
        if (attempts.length % 3 === 1) return { kind: "retry", delay: 20, reason: "once more" };
        // Released, the broker says that it delivers it again.
        if (attempts.length % 3 === 2) return { kind: "release" };
        return { kind: "dead", reason };
      });
      await opened.driver.publish([messageOf("replayed.letter.thing")], {});
      for (const round of [1, 2, 3]) {
        await expect.poll(() => attempts.length, { timeout: 10_000 }).toBe(round * 3);
        await expect.poll(() => opened.driver.letters?.count(box), { timeout: 10_000 }).toBe(1);
        await opened.driver.letters?.visit(box, () => (round === 3 ? "remove" : "replay"), {});
      }
      expect(attempts).toEqual([1, 2, 2, 1, 2, 2, 1, 2, 2]);
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
