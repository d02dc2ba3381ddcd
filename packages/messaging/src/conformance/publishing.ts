import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import type { Suite } from "./suite.ts";

/** Which messages arrive, and how. */
export function describePublishing(suite: Suite): void {
  suite.test("a message arrives with all its parts", async () => {
    const type = suite.fresh("lamps.lit");
    const probe = await suite.consume({ types: [type] });
    const body = new Uint8Array([0, 1, 127, 128, 255, 10, 13, 34]);
    const sent = suite.message(type, { key: "clé 😀/#.*", body, contentType: "text/plain" });
    await suite.publish(sent);
    const [received] = await probe.count(1);
    const { lostDeliveries, ...rest } = received!;
    expect({ ...rest, body: [...rest.body] }).toEqual({
      ...sent,
      body: [...body],
      attempt: 1,
      redelivered: false,
    });
    expect(lostDeliveries ?? 0).toBe(0);
  });

  suite.test("a message without a key arrives without one", async () => {
    const type = suite.fresh();
    const probe = await suite.consume({ types: [type] });
    await suite.publish(suite.message(type));
    const [received] = await probe.count(1);
    expect(received?.key).toBeUndefined();
  });

  suite.test("a body of a million bytes arrives whole", async () => {
    const type = suite.fresh();
    const probe = await suite.consume({ types: [type] });
    const body = new Uint8Array(randomBytes(1_000_000));
    await suite.publish(suite.message(type, { body }));
    const [received] = await probe.count(1);
    expect(Buffer.compare(received!.body, body)).toBe(0);
  });

  suite.test("what the publisher does to the bytes afterwards changes nothing", async () => {
    const type = suite.fresh();
    const first = await suite.consume({ types: [type] });
    await first.close();
    const body = new Uint8Array([1, 2, 3]);
    await suite.publish(suite.message(type, { body }));
    body.fill(9);
    const second = await suite.consume({ types: [type], name: first.name });
    const [received] = await second.count(1);
    expect([...received!.body]).toEqual([1, 2, 3]);
  });

  suite.test("what a consumer does to the bytes changes nothing for others, or later", async () => {
    const type = suite.fresh();
    const spoil = await suite.consume({ types: [type] }, ({ body }, n) => {
      body.fill(9);
      return n === 0 ? { kind: "retry", delay: 40, reason: "once more" } : { kind: "done" };
    });
    const bodies: number[][] = [];
    const other = await suite.consume({ types: [type] }, async ({ body }) => {
      await spoil.count(1);
      bodies.push([...body]);
      return { kind: "done" };
    });
    const again = spoil.count(2);
    await suite.publish(suite.message(type, { body: new Uint8Array([1, 2, 3]) }));
    await other.count(1);
    const [, second] = await again;
    // By now the second delivery is changed as well; its length shows what it was.
    expect(second?.body.length).toBe(3);
    await suite.eventually(async () => expect(bodies).toEqual([[1, 2, 3]]));
  });

  suite.test("a redelivery has the bytes that were published", async () => {
    const type = suite.fresh();
    const bodies: number[][] = [];
    const probe = await suite.consume({ types: [type] }, ({ body }, n) => {
      bodies.push([...body]);
      body.fill(9);
      return n === 0 ? { kind: "release" } : { kind: "done" };
    });
    await suite.publish(suite.message(type, { body: new Uint8Array([1, 2, 3]) }));
    await probe.count(2);
    expect(bodies).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  suite.test("a thousand messages of one call arrive, each once", async () => {
    const type = suite.fresh();
    const probe = await suite.consume({ types: [type], concurrency: 50 });
    const messages = Array.from({ length: 1_000 }, () => suite.message(type));
    await suite.publish(...messages);
    const last = suite.message(type);
    await probe.count(1_000);
    await suite.publish(last);
    await probe.has(last.id);
    expect(probe.ids.toSorted()).toEqual([...messages, last].map(({ id }) => id).toSorted());
  });

  suite.test("a type that no subscription has is accepted", async () => {
    await suite.publish(suite.message(suite.fresh("unheard.of")));
  });

  suite.test("a subscription gets the types that it names, and no similar ones", async () => {
    const type = suite.fresh("lamps");
    const similar = [`${type}.lit`, `${type}-lit`, type.slice(0, -1), `my.${type}`, suite.fresh()];
    const probe = await suite.consume({ types: [type], concurrency: 1 });
    await suite.publish(...similar.map((other) => suite.message(other)));
    const sentinel = suite.message(type);
    await suite.publish(sentinel);
    await probe.has(sentinel.id);
    expect(probe.ids).toEqual([sentinel.id]);
  });

  suite.test("publishing with an aborted signal rejects with its reason", async () => {
    const reason = new Error("no longer needed");
    const signal = AbortSignal.abort(reason);
    const publish = suite.driver.publish([suite.message(suite.fresh())], { signal });
    await expect(publish).rejects.toBe(reason);
  });
}
