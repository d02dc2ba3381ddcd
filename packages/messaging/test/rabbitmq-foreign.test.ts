import { randomUUID } from "node:crypto";
import { DeclarationError } from "@plinth/core/errors";
import { DomainEvent, EventBus, type Delivery } from "@plinth/messaging";
import { type ExistingExchange, rabbitMq } from "@plinth/messaging/rabbitmq";
import { describeWithEngine, fakeLogger } from "@plinth/testing";
import { type Channel, type ChannelModel, connect, type Message, type Options } from "amqplib";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { ExistingExchanges } from "../src/rabbitmq/existing-exchange.ts";
import { readDelivery, readLetter } from "../src/rabbitmq/message-codec.ts";
import { rabbitMqSpace } from "./support/rabbitmq-space.ts";

class UserCreated extends DomainEvent({
  name: "user.created",
  schema: z.object({ userId: z.string() }),
  key: "userId",
}) {}

/** As the services of other languages often name them. */
class OrderPlaced extends DomainEvent({
  name: "Order_Placed",
  schema: z.object({ order_id: z.string(), total: z.number() }),
  key: "order_id",
}) {}

const cloudEventsType = "application/cloudevents+json";

const cloudEvent = {
  specversion: "1.0",
  id: "e1",
  source: "/billing",
  type: "user.created",
  data: { userId: "u1" },
};

/** `{ type, data, occurred_at }`, as many programs write. */
const plain: Omit<ExistingExchange, "name"> = {
  events: [UserCreated, OrderPlaced],
  routingKey: (type) => `events.${type}`,
  read: ({ body }) => {
    const { data, occurred_at: time } = z
      .object({ data: z.record(z.string(), z.json()), occurred_at: z.string() })
      .parse(body);
    const key = z.string().parse(data["userId"] ?? data["order_id"]);
    return { data, time: new Date(time), key };
  },
  write: ({ type, data, time }) => ({ type, data, occurred_at: time }),
};

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

describeWithEngine("rabbitmq", "other programs on RabbitMQ", (url) => {
  const space = rabbitMqSpace(url);
  let connection: ChannelModel;
  let channel: Channel;
  beforeAll(async () => {
    connection = await connect(url);
    channel = await connection.createChannel();
  });
  afterAll(async () => {
    await connection.close();
    await space[Symbol.asyncDispose]();
  }, 60_000);

  async function openBus(exchanges?: readonly ExistingExchange[]): Promise<EventBus> {
    const driver = space.driver({ exchanges });
    const bus = new EventBus(driver, { source: "tests", logger: fakeLogger() });
    onTestFinished(() => bus.close());
    await bus.open();
    return bus;
  }

  /** An exchange as another program has made it: its own name, neither ours nor durable. */
  async function foreignExchange(): Promise<string> {
    const name = `domain_events_${randomUUID()}`;
    await channel.assertExchange(name, "topic", { durable: false });
    onTestFinished(async () => void (await channel.deleteExchange(name)));
    return name;
  }

  async function consume(
    bus: EventBus,
    { ordered = false, fail = () => false }: { ordered?: boolean; fail?: () => boolean } = {},
  ) {
    const name = `foreign.${randomUUID()}`;
    const handled: [unknown, Delivery][] = [];
    await bus.subscribe(name, {
      events: [UserCreated, OrderPlaced],
      ordered,
      retry: { delays: [20] },
      handler: {
        handle: (event, delivery) => {
          handled.push([event.data, delivery]);
          if (fail()) throw new Error("not now");
        },
      },
    });
    return { name, handled };
  }

  test.each([
    ["the type as its routing key", "user.created", {}, {}],
    ["a routing key of ours", "user.created.7", {}, {}],
    ["another type on its message", "user.created", { type: "domain-event" }, {}],
    [
      "parameters of its media type",
      "user.created",
      { contentType: `${cloudEventsType}; a=b` },
      {},
    ],
    ["no media type of theirs", "user.created", { contentType: "" }, {}],
    ["null and no time", "user.created", {}, { subject: null, time: undefined, dataversion: null }],
  ])("CloudEvents with %s are handled", async (_what, key, properties, change) => {
    const bus = await openBus();
    for (const ordered of [false, true]) {
      const { handled } = await consume(bus, { ordered });
      const body = Buffer.from(JSON.stringify({ ...cloudEvent, ...change }));
      const given = { contentType: cloudEventsType, ...properties };
      channel.publish(`${space.prefix}.events`, key, body, given);
      await expect.poll(() => handled.length).toBe(1);
      expect(handled[0]?.[0]).toEqual({ userId: "u1" });
    }
  });

  test("CloudEvents in binary mode are handled, and keep their attributes in a retry", async () => {
    const bus = await openBus();
    let failures = 1;
    const { handled } = await consume(bus, { fail: () => failures-- > 0 });
    const headers = Object.fromEntries(
      Object.entries({ specversion: "1.0", id: "b1", source: "/b", type: "user.created" }).map(
        ([name, value]) => [`cloudEvents:${name}`, value],
      ),
    );
    const body = Buffer.from('{"userId":"u1"}');
    const contentType = "application/json";
    channel.publish(`${space.prefix}.events`, "user.created", body, { headers, contentType });
    await expect.poll(() => handled.length).toBe(2);
    expect(handled[1]).toEqual([
      { userId: "u1" },
      expect.objectContaining({ id: "b1", source: "/b", attempt: 2 }),
    ]);
  });

  test.each([
    ["no JSON", "<user/>"],
    ["JSON of no event", '{"user":"u1"}'],
    ["JSON without the data that it needs", JSON.stringify({ ...cloudEvent, data: {} })],
  ])("%s is a letter and never lost", async (_what, text) => {
    const bus = await openBus();
    const { name, handled } = await consume(bus);
    channel.publish(`${space.prefix}.events`, "user.created", Buffer.from(text));
    await expect.poll(() => bus.deadLetters.count(name)).toBe(1);
    expect((await bus.deadLetters.list(name))[0]).toMatchObject({ type: "user.created", text });
    expect(handled).toEqual([]);
  });

  test("events of an existing exchange come in and go out in its form", async () => {
    const exchange = await foreignExchange();
    const bus = await openBus([{ name: exchange, ...plain }]);
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await channel.bindQueue(queue, exchange, "events.#");
    const theirs: Message[] = [];
    await channel.consume(queue, (message) => void (message && theirs.push(message)), {
      noAck: true,
    });
    for (const ordered of [false, true]) {
      theirs.length = 0;
      const { handled } = await consume(bus, { ordered });
      const order = { order_id: "o1", total: 5 };
      channel.publish(
        exchange,
        "events.Order_Placed",
        Buffer.from(JSON.stringify({ data: order, occurred_at: "2030-01-01T00:00:00Z" })),
        { contentType: "application/json", messageId: "m1" },
      );
      await expect.poll(() => handled.length).toBe(1);
      expect(handled[0]).toEqual([
        order,
        expect.objectContaining({
          id: "m1",
          source: exchange,
          type: "Order_Placed",
          key: "o1",
          time: Date.UTC(2030, 0, 1),
        }),
      ]);
      await bus.publish(new UserCreated({ userId: "u7" }));
      await expect.poll(() => theirs.length).toBe(2);
      const sent = theirs.at(-1);
      expect(sent?.fields.routingKey).toBe("events.user.created");
      expect(sent?.properties).toMatchObject({ contentType: "application/json" });
      expect(JSON.parse(String(sent?.content))).toEqual({
        type: "user.created",
        data: { userId: "u7" },
        occurred_at: expect.stringMatching(/^20.*Z$/),
      });
      await expect.poll(() => handled.length).toBe(2);
      expect(handled[1]?.[0]).toEqual({ userId: "u7" });
    }
  });

  test("they keep their form in retries, as letters and in a replay", async () => {
    const exchange = await foreignExchange();
    const bus = await openBus([{ name: exchange, ...plain }]);
    let isBroken = true;
    const { name, handled } = await consume(bus, { fail: () => isBroken });
    await bus.publish(new UserCreated({ userId: "u1" }));
    await expect.poll(() => bus.deadLetters.count(name)).toBe(1);
    expect(handled.map(([, { attempt }]) => attempt)).toEqual([1, 2]);
    expect((await bus.deadLetters.list(name))[0]?.envelope).toMatchObject({ subject: "u1" });
    isBroken = false;
    await bus.deadLetters.replayAll(name);
    await expect.poll(() => handled.length).toBe(3);
    expect(handled[2]?.[0]).toEqual({ userId: "u1" });
  });

  test("what its `read` cannot read is a letter with the reason, and no secret", async () => {
    const exchange = await foreignExchange();
    const read = (): never => {
      throw new Error("no occurred_at; password=hunter2");
    };
    const bus = await openBus([{ name: exchange, ...plain, read }]);
    const { name } = await consume(bus);
    channel.publish(exchange, "events.user.created", Buffer.from("{}"));
    channel.publish(exchange, "events.user.created", Buffer.from("<user/>"));
    await expect.poll(() => bus.deadLetters.count(name)).toBe(2);
    const letters = await bus.deadLetters.list(name);
    expect(letters.map(({ reason }) => reason)).toEqual([
      expect.objectContaining({
        code: "invalid_argument",
        message: expect.stringMatching(new RegExp(`"${exchange}" failed: no occurred_at`)),
      }),
      expect.objectContaining({ message: "The message is not JSON in UTF-8." }),
    ]);
    expect(JSON.stringify(letters)).not.toContain("hunter2");
  });

  test("what its `write` cannot write is refused as the publisher's", async () => {
    const exchange = await foreignExchange();
    const write = (): never => {
      throw new Error("no total");
    };
    const bus = await openBus([{ name: exchange, ...plain, write }]);
    await expect(bus.publish(new UserCreated({ userId: "u1" }))).rejects.toMatchObject({
      code: "invalid_argument",
      message: expect.stringContaining("no total"),
    });
  });

  test("an exchange that is not there is named, and not made", async () => {
    await expect(openBus([{ name: "no_such_exchange", ...plain }])).rejects.toMatchObject({
      code: "failed_precondition",
      message: expect.stringContaining('no exchange "no_such_exchange"'),
    });
  });
});
