import { DeclarationError } from "@plinth/core/errors";
import { rabbitMq } from "@plinth/messaging/rabbitmq";
import type { Message, Options } from "amqplib";
import { describe, expect, test } from "vitest";
import { ExistingExchanges } from "../src/rabbitmq/existing-exchange.ts";
import { readDelivery, readLetter } from "../src/rabbitmq/message-codec.ts";
import { cloudEvent, OrderPlaced, plain, UserCreated } from "./support/foreign-events.ts";

/** A message as the client gives it. */
function raw(
  fields: Partial<Message["fields"]>,
  properties: Options.Publish,
  body: unknown,
): Message {
  return {
    fields: { exchange: "x", routingKey: "user.created", redelivered: false, ...fields },
    properties: { headers: {}, ...properties },
    content: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
  } as Message;
}

describe("reading a message of another program", () => {
  test("takes the key from the subject where there is no header of ours", () => {
    const body = { ...cloudEvent, subject: "u1" };
    expect(readDelivery(raw({}, {}, body)).key).toBe("u1");
    const withHeader = raw({}, { headers: { "x-plinth-key": "k" } }, body);
    expect(readDelivery(withHeader).key).toBe("k");
    for (const none of [{ data: { subject: "u1" } }, { subject: null }, { subject: "" }, "{"]) {
      expect(readDelivery(raw({}, {}, none)).key).toBeUndefined();
    }
  });

  test.each(["cloudEvents:", "cloudEvents_", "ce-", "ce_"])("in binary mode by %s", (prefix) => {
    const attributes = { specversion: "1.0", id: "e1", source: "/b", type: "user.created" };
    const time = { "!": "timestamp", value: 1_893_456_000 };
    const headers = Object.fromEntries(
      Object.entries({ ...attributes, subject: "u1", time, dataversion: "2" }).map(
        ([name, value]) => [`${prefix}${name}`, value],
      ),
    );
    const contentType = "application/json; charset=utf-8";
    const read = readDelivery(raw({}, { headers, contentType }, { userId: "u1" }));
    expect(read).toMatchObject({
      type: "user.created",
      key: "u1",
      contentType: "application/cloudevents+json",
    });
    expect(JSON.parse(Buffer.from(read.body).toString())).toEqual({
      ...attributes,
      subject: "u1",
      time: "2030-01-01T00:00:00.000Z",
      dataversion: 2,
      datacontenttype: contentType,
      data: { userId: "u1" },
    });
  });

  test("in the form of an exchange of theirs, also after the broker has moved it", () => {
    const exchanges = new ExistingExchanges([{ name: "domain_events", ...plain }]);
    const body = { type: "user.created", data: { userId: "u1" }, occurred_at: "2030-01-01T00:00Z" };
    const origin = { exchange: "domain_events", routingKey: "events.user.created" };
    const deaths = [
      { exchange: "", "routing-keys": ["other"] },
      { exchange: "domain_events", "routing-keys": ["events.user.created"] },
    ];
    const moved = raw(
      { exchange: "", routingKey: "q:dead" },
      { headers: { "x-death": deaths } },
      body,
    );
    for (const read of [
      readDelivery(raw(origin, {}, body), exchanges),
      readLetter(moved, exchanges),
    ]) {
      expect(read).toMatchObject({ type: "user.created", key: "u1" });
      expect(JSON.parse(Buffer.from(read.body).toString())).toEqual({
        specversion: "1.0",
        id: expect.stringMatching(/^sha256-/),
        source: "domain_events",
        type: "user.created",
        subject: "u1",
        time: "2030-01-01T00:00:00.000Z",
        dataversion: 1,
        data: { userId: "u1" },
      });
    }
  });
});

describe("an existing exchange is refused", () => {
  test.each([
    ["without a name", [{ name: "", events: [UserCreated] }], /name must be text/],
    ["without events", [{ name: "x", events: [] }], /at least one event/],
    ["with something else", [{ name: "x", events: [class Other {}] }], /must be event classes/],
    [
      "with an event of another",
      [
        { name: "x", ...plain },
        { name: "y", ...plain },
      ],
      /over "x"/,
    ],
    [
      "twice",
      [
        { name: "x", events: [UserCreated] },
        { name: "x", events: [OrderPlaced] },
      ],
      /twice/,
    ],
    [
      "with one key for two",
      [{ name: "x", ...plain, routingKey: () => "all" }],
      /same routing key/,
    ],
    ["with an empty key", [{ name: "x", ...plain, routingKey: () => "" }], /routing key of/],
  ])("%s", (_what, exchanges, words) => {
    const make = (): unknown => rabbitMq({ url: "amqp://host", exchanges: exchanges as never });
    expect(make).toThrow(DeclarationError);
    expect(make).toThrow(words);
  });
});
