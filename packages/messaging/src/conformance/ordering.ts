import { expect } from "vitest";
import type { IncomingMessage, OutgoingMessage } from "../driver/message.ts";
import type { Settlement } from "../driver/settlement.ts";
import { gate } from "./probe.ts";
import { endlessDelay, type Suite } from "./suite.ts";

const turns = (count: number): Promise<void> =>
  count === 0
    ? Promise.resolve()
    : new Promise<void>((resolve) => {
        setImmediate(resolve);
      }).then(() => turns(count - 1));

/** The ids of each key, in order. */
function byKey(messages: readonly (IncomingMessage | OutgoingMessage)[]): Map<string, string[]> {
  const lanes = new Map<string, string[]>();
  for (const { id, key = "" } of messages) lanes.set(key, [...(lanes.get(key) ?? []), id]);
  return lanes;
}

/** The order of each key in ordered subscriptions. */
export function describeOrdering(suite: Suite): void {
  const testOrdered = suite.testWith("ordered");
  const ordered = { ordered: true, concurrency: 8 };

  const messagesOf = (type: string, keys: number, each: number): OutgoingMessage[] =>
    Array.from({ length: keys * each }, (_, n) => suite.message(type, { key: `key-${n % keys}` }));

  testOrdered("messages of one key come in the order of publishing, one at a time", async () => {
    const type = suite.fresh();
    const probe = await suite.consume({ types: [type], ...ordered }, async (_message, n) => {
      await turns((n * 7) % 5);
      return { kind: "done" };
    });
    const messages = messagesOf(type, 12, 15);
    await suite.publish(...messages);
    await probe.count(messages.length);
    expect(byKey(probe.received)).toEqual(byKey(messages));
    expect(probe.doubled).toEqual([]);
  });

  testOrdered("different keys are handled at once", async () => {
    const type = suite.fresh();
    const all = gate();
    const keys = new Set<string>();
    const probe = await suite.consume({ types: [type], ...ordered }, async ({ key = "" }) => {
      keys.add(key);
      await all.opened;
      return { kind: "done" };
    });
    await suite.publish(...messagesOf(type, 4, 3));
    await probe.count(4);
    expect(keys.size).toBe(4);
    all.open();
    await probe.count(12);
  });

  testOrdered("the order holds over two consumers on two connections", async () => {
    const type = suite.fresh();
    const name = suite.fresh();
    const busy = new Set<string>();
    const doubled: string[] = [];
    const received: IncomingMessage[] = [];
    const receive = async (message: IncomingMessage, n: number): Promise<Settlement> => {
      const { key = "" } = message;
      if (busy.has(key)) doubled.push(key);
      busy.add(key);
      received.push(message);
      await turns((n * 3) % 4);
      busy.delete(key);
      return { kind: "done" };
    };
    const { driver } = await suite.another();
    const one = await suite.consume({ name, types: [type], ...ordered }, receive);
    const other = await suite.consume({ name, types: [type], ...ordered }, receive, driver);
    const messages = messagesOf(type, 10, 12);
    await suite.publish(...messages);
    await suite.eventually(async () => {
      expect(one.received.length + other.received.length).toBeGreaterThanOrEqual(messages.length);
    });
    expect(byKey(received)).toEqual(byKey(messages));
    expect(doubled).toEqual([]);
  });

  testOrdered("what follows a message that is retried waits for it", async () => {
    const type = suite.fresh();
    const probe = await suite.consume({ types: [type], ...ordered }, ({ attempt }, n) =>
      n === 0 || attempt === 2
        ? { kind: "retry", delay: attempt === 1 ? 40 : 80, reason: "x" }
        : { kind: "done" },
    );
    const messages = [1, 2, 3].map(() => suite.message(type, { key: "a" }));
    await suite.publish(...messages);
    await probe.count(5);
    const [first, second, third] = messages.map(({ id }) => id);
    expect(probe.ids).toEqual([first, first, first, second, third]);
    expect(probe.doubled).toEqual([]);
    expect(probe.received.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 1, 1]);
  });

  testOrdered("a key that waits for a retry does not hold up the others", async () => {
    const type = suite.fresh();
    const probe = await suite.consume(
      { types: [type], ordered: true, concurrency: 2, retryDelays: [endlessDelay] },
      ({ key }) =>
        key === "stuck" ? { kind: "retry", delay: endlessDelay, reason: "x" } : { kind: "done" },
    );
    const stuck = [1, 2, 3].map(() => suite.message(type, { key: "stuck" }));
    await suite.publish(stuck[0]!);
    await probe.has(stuck[0]!.id);
    const others = messagesOf(type, 40, 2);
    await suite.publish(...stuck.slice(1), ...others);
    await probe.count(1 + others.length);
    expect(byKey(probe.received.slice(1))).toEqual(byKey(others));
    expect(probe.doubled).toEqual([]);
  });

  testOrdered("a released message is redelivered before the next of its key", async () => {
    const type = suite.fresh();
    const probe = await suite.consume({ types: [type], ...ordered }, (_message, n) =>
      n === 0 ? { kind: "release" } : { kind: "done" },
    );
    const messages = [1, 2, 3].map(() => suite.message(type, { key: "a" }));
    await suite.publish(...messages);
    await probe.count(4);
    const ids = messages.map(({ id }) => id);
    expect(probe.ids).toEqual([ids[0], ...ids]);
    expect(probe.doubled).toEqual([]);
  });

  testOrdered("what follows a dead letter goes on", async () => {
    const type = suite.fresh();
    const reason = { code: "internal", message: "no", attempts: 1, at: Date.now() } as const;
    const probe = await suite.consume({ types: [type], ...ordered }, (_message, n) =>
      n === 0 ? { kind: "dead", reason } : { kind: "done" },
    );
    const messages = [1, 2, 3].map(() => suite.message(type, { key: "a" }));
    await suite.publish(...messages);
    await probe.count(3);
    expect(probe.ids).toEqual(messages.map(({ id }) => id));
  });

  testOrdered("what a lost consumer had comes first to the next one", async () => {
    const type = suite.fresh();
    const { driver } = await suite.another();
    const never = gate();
    const first = await suite.consume(
      { types: [type], ...ordered },
      async () => {
        await never.opened;
        return { kind: "done" };
      },
      driver,
    );
    const messages = messagesOf(type, 3, 4);
    await suite.publish(...messages);
    await first.count(3);
    await driver.close();
    const second = await suite.consume(first.definition);
    await second.count(messages.length);
    never.open();
    expect(byKey(second.received)).toEqual(byKey(messages));
    expect([...first.doubled, ...second.doubled]).toEqual([]);
  });

  testOrdered("messages without a key hold up no others", async () => {
    const type = suite.fresh();
    const slow = gate();
    const probe = await suite.consume(
      { types: [type], ordered: true, concurrency: 2 },
      async (_message, n) => {
        if (n === 0) await slow.opened;
        return { kind: "done" };
      },
    );
    const messages = Array.from({ length: 10 }, () => suite.message(type));
    await suite.publish(...messages);
    await probe.count(10);
    slow.open();
    expect(probe.ids.toSorted()).toEqual(messages.map(({ id }) => id).toSorted());
  });
}
