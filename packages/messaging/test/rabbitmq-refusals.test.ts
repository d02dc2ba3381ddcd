import { describeWithEngine } from "@plinth/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PrivateRabbitMq, startRabbitMq } from "../../../scripts/engines/start-rabbitmq.ts";
import { rabbitMq } from "../src/rabbitmq/index.ts";
import { messageOf, openDriver } from "./support/open-driver.ts";

describeWithEngine("rabbitmq", "a broker that refuses messages for good", () => {
  let broker: PrivateRabbitMq;
  beforeAll(async () => {
    // Of two prefixes its user may only write to the exchange of one.
    const settings = {
      "default_permissions.configure": ".*",
      "default_permissions.read": ".*",
      "default_permissions.write": "^(may[.:].*|amq\\.default)$",
      max_message_size: "100000",
    };
    broker = await startRabbitMq({ settings });
  }, 120_000);
  afterAll(() => broker[Symbol.asyncDispose](), 60_000);

  test("without the permission to write, everything rejects at once, with its words", async () => {
    await using opened = await openDriver(rabbitMq({ url: broker.url, prefix: "may-not" }));
    const messages = Array.from({ length: 200 }, () => messageOf("refused.thing"));
    const outcomes = await Promise.allSettled(
      messages.map((message) => opened.driver.publish([message], {})),
    );
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({
        status: "rejected",
        reason: { code: 403, message: /access to exchange 'may-not\.events'/ },
      });
      if (outcome.status === "fulfilled") continue;
      expect(opened.driver.errorCode(outcome.reason)).toBe("permission_denied");
    }
    expect(opened.errors).toEqual([]);
  });

  test("a message that is too large for it rejects, and what is beside it arrives", async () => {
    await using opened = await openDriver(rabbitMq({ url: broker.url, prefix: "may" }));
    const received = new Set<string>();
    await opened.driver.subscribe(
      { name: "sizes", types: ["sized.thing"], concurrency: 10, ordered: false, retryDelays: [] },
      async ({ id }) => {
        received.add(id);
        return { kind: "done" };
      },
    );
    const small = Array.from({ length: 60 }, () => messageOf("sized.thing"));
    const large = [20, 40].map(() => messageOf("sized.thing", { body: new Uint8Array(200_000) }));
    const publishing = small.map((message) => opened.driver.publish([message], {}));
    const refused = large.map((message) => opened.driver.publish([message], {}));
    const later = opened.driver.publish([messageOf("sized.thing", { id: "later" })], {});
    for (const each of refused) {
      await expect(each).rejects.toMatchObject({
        code: "invalid_argument",
        message: expect.stringContaining("100000"),
      });
    }
    await Promise.all([...publishing, later]);
    await expect.poll(() => received.size).toBe(61);
    expect(received.has("later")).toBe(true);
    expect(opened.errors).toEqual([]);
  });
});
