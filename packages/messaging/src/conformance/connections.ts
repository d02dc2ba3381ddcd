import { expect } from "vitest";
import { gate } from "./probe.ts";
import type { Suite } from "./suite.ts";

/** What happens to deliveries when consumers end or are lost. */
export function describeConnections(suite: Suite): void {
  suite.test("what a lost consumer has not settled goes to the next one", async () => {
    const type = suite.fresh();
    const { driver } = await suite.another();
    const late = gate();
    const first = await suite.consume(
      { types: [type], concurrency: 3 },
      async () => {
        await late.opened;
        return { kind: "done" };
      },
      driver,
    );
    const messages = Array.from({ length: 6 }, () => suite.message(type));
    await suite.publish(...messages);
    await first.count(3);
    await driver.close();
    const second = await suite.consume(first.definition);
    await second.count(6);
    expect(second.ids.toSorted()).toEqual(messages.map(({ id }) => id).toSorted());
    const again = second.received.filter(({ id }) => first.ids.includes(id));
    expect(again.map(({ redelivered }) => redelivered)).toEqual([true, true, true]);
    expect(again.map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
    late.open();
  });

  suite.test("a settlement that comes too late has no effect", async () => {
    const type = suite.fresh();
    const late = gate();
    const first = await suite.consume({ types: [type] }, async () => {
      await late.opened;
      return { kind: "release" };
    });
    const message = suite.message(type);
    await suite.publish(message);
    await first.count(1);
    await first.close();
    const finish = gate();
    const second = await suite.consume({ ...first.definition, concurrency: 1 }, async () => {
      await finish.opened;
      return { kind: "done" };
    });
    await second.count(1);
    late.open();
    finish.open();
    const sentinel = suite.message(type);
    await suite.publish(sentinel);
    await second.has(sentinel.id);
    expect(second.ids).toEqual([message.id, sentinel.id]);
  });

  suite.test("draining waits for what is in flight, and takes nothing new", async () => {
    const type = suite.fresh();
    const finish = gate();
    const first = await suite.consume({ types: [type], concurrency: 2 }, async () => {
      await finish.opened;
      return { kind: "done" };
    });
    const messages = Array.from({ length: 5 }, () => suite.message(type));
    await suite.publish(...messages);
    await first.count(2);
    let drained = false;
    const draining = first.drain().then(() => {
      drained = true;
    });
    const second = await suite.consume({ ...first.definition, concurrency: 1 });
    await second.count(3);
    expect(drained).toBe(false);
    finish.open();
    await draining;
    expect(first.received).toHaveLength(2);
    await first.close();
    const sentinel = suite.message(type);
    await suite.publish(sentinel);
    await second.has(sentinel.id);
    const ids = [...first.ids, ...second.ids];
    expect(ids.toSorted()).toEqual([...messages, sentinel].map(({ id }) => id).toSorted());
  });

  suite.test("draining and closing may be repeated", async () => {
    const probe = await suite.consume({ types: [suite.fresh()] });
    await Promise.all([probe.drain(), probe.drain()]);
    await probe.drain();
    await probe.close();
    await probe.close();
    await probe.drain();
  });

  suite.test("a closed driver delivers no more and publishes no more", async () => {
    const type = suite.fresh();
    const { driver } = await suite.another();
    const first = await suite.consume({ types: [type] }, undefined, driver);
    await driver.close();
    const message = suite.message(type);
    await expect(driver.publish([message], {})).rejects.toBeDefined();
    await suite.publish(message);
    const second = await suite.consume(first.definition);
    await second.has(message.id);
    expect(first.received).toEqual([]);
  });

  suite.test("an open driver says that it is connected, and answers", async () => {
    const { driver, states } = await suite.another();
    expect(states).toEqual(["connected"]);
    await driver.ping?.({});
  });

  suite.test("when the connection breaks, consuming and publishing go on", async (skip) => {
    const type = suite.fresh();
    const { driver, states } = await suite.another();
    const probe = await suite.consume({ types: [type] }, undefined, driver);
    await driver.publish([suite.message(type)], {});
    await probe.count(1);
    for (let round = 1; round <= 3; round += 1) {
      await suite.interrupt(driver, skip);
      const message = suite.message(type);
      await driver.publish([message], {});
      await probe.has(message.id);
    }
    await suite.eventually(async () => {
      expect(states.filter((kind) => kind === "disconnected").length).toBeGreaterThan(0);
      expect(states.at(-1)).toBe("connected");
    });
  });

  suite.test("messages in flight on a broken connection are redelivered", async (skip) => {
    const type = suite.fresh();
    const { driver } = await suite.another();
    const late = gate();
    const probe = await suite.consume(
      { types: [type], concurrency: 1 },
      async (_message, n) => {
        if (n > 0) return { kind: "done" };
        await late.opened;
        return { kind: "release" };
      },
      driver,
    );
    const messages = [suite.message(type), suite.message(type)];
    await suite.publish(...messages);
    await probe.count(1);
    await suite.interrupt(driver, skip);
    // A driver may keep the slot of a running delivery or free it: it cannot be settled any more.
    late.open();
    await probe.count(3);
    expect(probe.ids).toEqual([messages[0]!.id, ...messages.map(({ id }) => id)]);
    expect(probe.received[1]).toMatchObject({ attempt: 1, redelivered: true });
    if (!driver.capabilities.lostDeliveries) return;
    expect(probe.received[1]?.lostDeliveries).toBe(1);
    expect(probe.received[2]?.lostDeliveries).toBe(0);
  });

  suite.test("nothing that was accepted is lost while the connection breaks", async (skip) => {
    const type = suite.fresh();
    const publisher = await suite.another();
    const consumer = await suite.another();
    const probe = await suite.consume({ types: [type] }, undefined, consumer.driver);
    const accepted: string[] = [];
    const publishing = Array.from({ length: 8 }, async () => {
      for (let n = 0; n < 25; n += 1) {
        const message = suite.message(type);
        await publisher.driver.publish([message], {});
        accepted.push(message.id);
      }
    });
    for (let round = 0; round < 3; round += 1) {
      const seen = accepted.length;
      await suite.interrupt(round % 2 === 0 ? publisher.driver : consumer.driver, skip);
      await suite.eventually(async () => {
        expect(Math.min(accepted.length, 200)).toBeGreaterThan(Math.min(seen, 199));
      });
    }
    await Promise.all(publishing);
    await probe.until(() => new Set(probe.ids).size >= 200, "all that was accepted");
    expect([...new Set(probe.ids)].toSorted()).toEqual(accepted.toSorted());
  });
}
