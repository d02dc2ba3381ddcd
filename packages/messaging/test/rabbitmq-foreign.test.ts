import { randomUUID } from "node:crypto";
import { type Delivery, EventBus } from "@plinth/messaging";
import type { ExistingExchange } from "@plinth/messaging/rabbitmq";
import { describeWithEngine, fakeLogger } from "@plinth/testing";
import { type Channel, type ChannelModel, connect, type Message } from "amqplib";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import {
  cloudEvent,
  cloudEventsType,
  OrderPlaced,
  plain,
  UserCreated,
} from "./support/foreign-events.ts";
import { rabbitMqSpace } from "./support/rabbitmq-space.ts";

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
