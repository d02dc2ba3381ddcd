import { isServiceError } from "@plinth/core/errors";
import { expect, test } from "vitest";
import { parseBrokerUrl } from "../src/rabbitmq/broker-url.ts";
import { errorCode } from "../src/rabbitmq/error-code.ts";
import { loadClient } from "../src/rabbitmq/load-client.ts";
import {
  brokerNames,
  partitionOf,
  routingKey,
  typeOfRoutingKey,
} from "../src/rabbitmq/broker-names.ts";
import { planQueues } from "../src/rabbitmq/queue-plan.ts";
import { rabbitMq } from "../src/rabbitmq/index.ts";

test.each([
  ["amqp://u:p%40ss@host", "amqp", "host", 5672, "p@ss", "/", "amqp://host:5672/"],
  ["amqps://u:p@host/orders", "amqps", "host", 5671, "p", "orders", "amqps://host:5671/orders"],
  ["amqp://u:p@[::1]:99/%2Fx", "amqp", "::1", 99, "p", "/x", "amqp://[::1]:99/%2Fx"],
  ["amqp://host:1", "amqp", "host", 1, "guest", "/", "amqp://host:1/"],
])("%s is taken apart", (text, protocol, hostname, port, password, vhost, endpoint) => {
  const { connect, endpoint: shown } = parseBrokerUrl(text);
  expect(connect).toMatchObject({ protocol, hostname, port, password, vhost });
  expect(shown).toBe(endpoint);
});

test.each([
  "secret",
  "http://u:secret@host",
  "amqp://",
  "amqp://u:secret%zz@host",
  "amqp://u:9/secret@127.0.0.1:1/",
  "amqps://u:9/secret@127.0.0.1",
  "amqp://u:9?secret@127.0.0.1:1/",
  "amqp://u:9?heartbeat=secret@127.0.0.1:1/",
  "amqp://u:9#secret@127.0.0.1:1/",
  "amqp://u:secret?heartbeat=1@127.0.0.1",
  "amqp:///secret@127.0.0.1",
  "amqp://:9/secret@127.0.0.1",
  "amqp://u:p@host/vhost/secret",
  "amqp://u:p@host/#secret",
  "amqp://u:p@host/?heartbeat=secret",
])("%s is refused without being repeated", (text) => {
  const refuse = (): unknown => rabbitMq({ url: text });
  expect(refuse).toThrow(/URL of RabbitMQ/);
  expect(refuse).not.toThrow(/secret/);
});

test.each([
  ["amqp://host", 10, 10_000],
  ["amqp://host?heartbeat=5", 5, 10_000],
  ["amqp://host/vhost?heartbeat=0&connection_timeout=700", 0, 700],
])("%s has its parameters", (text, heartbeat, connectTimeout) => {
  const parsed = parseBrokerUrl(text);
  expect(parsed).toMatchObject({ connect: { heartbeat }, connectTimeout });
  expect(parsed.endpoint).not.toContain("?");
});

test.each([
  ["amqp://host?hartbeat=5", /"hartbeat".*not known.*heartbeat/],
  ["amqp://host?heartbeat=soon", /"heartbeat".*whole number from 0/],
  ["amqp://host?heartbeat=70000", /"heartbeat".*to 65535/],
  ["amqp://host?heartbeat=1&heartbeat=2", /"heartbeat" twice/],
  ["amqp://host?frame_max=1", /"frame_max".*from 8192/],
])("%s is refused by the name of the parameter", (text, words) => {
  expect(() => rabbitMq({ url: text })).toThrow(words);
});

test("a prefix that would mix with other names is refused", () => {
  expect(() => rabbitMq({ url: "amqp://host", prefix: "a:b" })).toThrow(/prefix "a:b"/);
});

test("without the client, one sentence says what to install", async () => {
  const missing = Object.assign(new Error("Cannot find package 'amqplib' imported from x"), {
    code: "ERR_MODULE_NOT_FOUND",
  });
  const error = await loadClient(() => Promise.reject(missing)).catch((raw: unknown) => raw);
  expect(isServiceError(error, "failed_precondition")).toBe(true);
  expect(error).toMatchObject({
    message: expect.stringContaining("run: npm install amqplib"),
    [Symbol.for("plinth.presentable")]: true,
  });
  const other = Object.assign(new Error("Cannot find package 'other'"), {
    code: "ERR_MODULE_NOT_FOUND",
  });
  await expect(loadClient(() => Promise.reject(other))).rejects.toBe(other);
});

test("the partition of a key never changes: messages of older versions lie there", () => {
  expect(["", "a", "user-1", "user-2", "ключ"].map(partitionOf)).toMatchInlineSnapshot(`
    [
      2,
      2,
      4,
      15,
      2,
    ]
  `);
  expect(typeOfRoutingKey(routingKey("users.user-created", "a"))).toBe("users.user-created");
});

test("names of different things differ", () => {
  const names = brokerNames("p");
  const all = ["a", "a.b", "a.dead"].flatMap((name) => [
    names.queue(name),
    names.partitionQueue(name, 1),
    names.retryQueue(name, 1),
    names.attemptsQueue(name, 1),
    names.letterQueue(name, "dead"),
    names.letterQueue(name, "skipped"),
  ]);
  expect(new Set(all).size).toBe(all.length);
});

test("a plain type leads to its queue, unless it looks like another type with a partition", () => {
  const types = ["user.created", "orders.7"];
  const definition = { name: "s", types, concurrency: 1, retryDelays: [] };
  const keysOf = (ordered: boolean) =>
    planQueues(brokerNames("p"), { ...definition, ordered })
      .flatMap(({ bindings }) => bindings.map(({ key }) => key))
      .filter((key) => !/\.(?:[1-9]|1\d)$/.test(key) || types.includes(key));
  expect(keysOf(false)).toEqual(["user.created.*", "user.created", "orders.7.*"]);
  expect(keysOf(true)).toEqual(["user.created.0", "user.created", "orders.7.0"]);
});

test("equal delays share a queue, and the broker moves messages at least once", () => {
  const definition = { name: "s", types: ["a.b"], concurrency: 1, retryDelays: [5, 5, 7] };
  const plan = planQueues(brokerNames("p"), { ...definition, ordered: false });
  expect(plan.map(({ name }) => name)).toEqual([
    "p:s:dead",
    "p:s:skipped",
    "p:s",
    "p:s:retry:5",
    "p:s:retry:7",
  ]);
  for (const queue of [
    ...plan,
    ...planQueues(brokerNames("p"), { ...definition, ordered: true }),
  ]) {
    expect(queue.arguments["x-queue-type"]).toBe("quorum");
    if (queue.arguments["x-dead-letter-exchange"] === undefined) continue;
    expect(queue.arguments).toMatchObject({
      "x-dead-letter-strategy": "at-least-once",
      "x-overflow": "reject-publish",
    });
  }
});

test.each([
  [Object.assign(new Error("x"), { code: 404 }), "not_found"],
  [Object.assign(new Error("x"), { code: 406 }), "failed_precondition"],
  [Object.assign(new Error("x"), { code: 541 }), "unavailable"],
  [Object.assign(new Error("x"), { code: "ECONNREFUSED" }), "unavailable"],
  [new Error("Channel closed"), "unavailable"],
  [new Error("message nacked"), "resource_exhausted"],
  [new Error("Handshake terminated by server: 403 (ACCESS-REFUSED)"), "unauthenticated"],
  [new Error("of another library"), undefined],
  ["text", undefined],
])("%s has the code %s", (raw, code) => {
  expect(errorCode(raw)).toBe(code);
});
