import { expect } from "vitest";
import { gate } from "./probe.ts";
import type { Suite } from "./suite.ts";

/** Which subscriptions get a message, and which of their consumers. */
export function describeSubscriptions(suite: Suite): void {
  suite.test("each subscription gets its own copy", async () => {
    const type = suite.fresh();
    const probes = [
      await suite.consume({ types: [type] }),
      await suite.consume({ types: [suite.fresh(), type] }),
      await suite.consume({ types: [type] }, undefined, (await suite.another()).driver),
    ];
    const messages = Array.from({ length: 10 }, () => suite.message(type));
    await suite.publish(...messages);
    for (const probe of probes) {
      await probe.count(10);
      expect(probe.ids.toSorted()).toEqual(messages.map(({ id }) => id).toSorted());
    }
  });

  suite.test("types with capitals and underscores arrive, and case counts", async () => {
    const type = suite.fresh("Lamps.Lamp_Lit");
    const other = type.toLowerCase();
    const probe = await suite.consume({ types: [type] });
    const [quiet, sent] = [suite.message(other), suite.message(type)];
    await suite.publish(quiet, sent);
    await probe.has(sent.id);
    expect(probe.received.map((message) => message.type)).toEqual([type]);
  });

  suite.test("consumers of one subscription share its messages, each going to one", async () => {
    const type = suite.fresh();
    const name = suite.fresh();
    const bothBusy = gate();
    const receive = async (): Promise<{ kind: "done" }> => {
      await bothBusy.opened;
      return { kind: "done" };
    };
    const definition = { name, types: [type], concurrency: 1 };
    const one = await suite.consume(definition, receive);
    const other = await suite.consume(definition, receive, (await suite.another()).driver);
    const messages = Array.from({ length: 20 }, () => suite.message(type));
    await suite.publish(...messages);
    await Promise.all([one.count(1), other.count(1)]);
    bothBusy.open();
    await suite.eventually(async () => {
      expect(one.received.length + other.received.length).toBe(20);
    });
    expect([...one.ids, ...other.ids].toSorted()).toEqual(messages.map(({ id }) => id).toSorted());
  });

  suite.test("messages are kept without a consumer, in their order", async () => {
    const type = suite.fresh();
    const first = await suite.consume({ types: [type], concurrency: 1 });
    await first.drain();
    await first.close();
    const messages = Array.from({ length: 5 }, () => suite.message(type));
    for (const message of messages) await suite.publish(message);
    const { driver } = await suite.another();
    const second = await suite.consume(first.definition, undefined, driver);
    await second.count(5);
    expect(second.ids).toEqual(messages.map(({ id }) => id));
    expect(second.received.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1, 1]);
  });

  suite.test("a subscription gets nothing that was published before it was made", async () => {
    const type = suite.fresh();
    await suite.publish(suite.message(type));
    const probe = await suite.consume({ types: [type], concurrency: 1 });
    const sentinel = suite.message(type);
    await suite.publish(sentinel);
    await probe.has(sentinel.id);
    expect(probe.ids).toEqual([sentinel.id]);
  });

  suite.test("types are added to those that it has: an older version may still run", async () => {
    const [older, newer] = [suite.fresh("older"), suite.fresh("newer")];
    const first = await suite.consume({ types: [older] });
    await first.close();
    const second = await suite.consume({ types: [newer], name: first.name });
    const messages = [suite.message(older), suite.message(newer)];
    await suite.publish(...messages);
    await second.count(2);
    expect(second.ids.toSorted()).toEqual(messages.map(({ id }) => id).toSorted());
  });

  suite.test("a subscription may be made again, with other delays and concurrency", async () => {
    const type = suite.fresh();
    const first = await suite.consume({ types: [type], retryDelays: [50], concurrency: 2 });
    await first.close();
    const second = await suite.consume(
      { types: [type], name: first.name, retryDelays: [10, 60], concurrency: 7 },
      (_message, n) => (n === 0 ? { kind: "retry", delay: 60, reason: "x" } : { kind: "done" }),
    );
    await suite.publish(suite.message(type));
    await second.count(2);
    expect(second.received.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  const testOrdered = suite.testWith("ordered");
  for (const ordered of [true, false]) {
    const [was, wanted] = ordered ? ["ordered", "unordered"] : ["unordered", "ordered"];
    testOrdered(`an ${was} subscription is not taken for an ${wanted} one`, async () => {
      const types = [suite.fresh()];
      const probe = await suite.consume({ types, ordered });
      await probe.close();
      const { driver } = await suite.another();
      const refused: unknown = await suite
        .consume({ types, name: probe.name, ordered: !ordered }, undefined, driver)
        .then(
          () => undefined,
          (error: unknown) => error,
        );
      expect(refused).toBeDefined();
      expect(driver.errorCode(refused)).toBe("failed_precondition");
    });
  }
}
