import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeWithEngine } from "@plinth/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PrivateRabbitMq, startRabbitMq } from "../../../scripts/engines/start-rabbitmq.ts";
import { rabbitMq } from "../src/rabbitmq/index.ts";
import { messageOf, openDriver } from "./support/open-driver.ts";

/** A user who may write to two of three exchanges, and in one of these only what concerns doors. */
function definitions(name: string, password: string): string {
  const salt = randomBytes(4);
  const hash = createHash("sha256").update(salt).update(password).digest();
  const user = { user: name, vhost: "/" };
  return JSON.stringify({
    users: [{ name, password_hash: Buffer.concat([salt, hash]).toString("base64"), tags: "" }],
    vhosts: [{ name: "/" }],
    permissions: [
      {
        ...user,
        configure: ".*",
        read: ".*",
        write: String.raw`^((may|topics)[.:].*|amq\.default)$`,
      },
    ],
    topic_permissions: [
      { ...user, exchange: "topics.events", read: ".*", write: String.raw`^doors\.` },
    ],
  });
}

describeWithEngine("rabbitmq", "a broker that refuses messages for good", () => {
  let broker: PrivateRabbitMq;
  let folder: string;
  let url: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "plinth-refusals-"));
    const file = join(folder, "definitions.json");
    await writeFile(file, definitions("writer", "secret"));
    broker = await startRabbitMq({
      settings: { load_definitions: file, max_message_size: "100000" },
    });
    const own = new URL(broker.url);
    [own.username, own.password] = ["writer", "secret"];
    url = own.href;
  }, 120_000);
  afterAll(async () => {
    await broker[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  }, 60_000);

  test("without the permission to write, everything rejects at once, with its words", async () => {
    await using opened = await openDriver(rabbitMq({ url, prefix: "may-not" }));
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

  test("without the permission for a topic, its messages reject, and the others are accepted", async () => {
    await using opened = await openDriver(rabbitMq({ url, prefix: "topics" }));
    const codes = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        opened.driver
          .publish([messageOf(n % 20 === 10 ? "vaults.opened" : "doors.opened")], {})
          .then(
            () => "accepted",
            (error: unknown) => opened.driver.errorCode(error),
          ),
      ),
    );
    expect(codes.filter((code) => code === "accepted")).toHaveLength(57);
    expect(codes.filter((code) => code === "permission_denied")).toHaveLength(3);
  });

  test("a message that is too large for it rejects, and what is beside it arrives", async () => {
    await using opened = await openDriver(rabbitMq({ url, prefix: "may" }));
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
