import { EventEmitter } from "node:events";
import type { ConfirmChannel } from "amqplib";
import { expect, test, vi } from "vitest";
import type { Sendable } from "../src/rabbitmq/pending-message.ts";
import { Publisher } from "../src/rabbitmq/publisher.ts";

/** Answers when the test says so. */
class FakeChannel extends EventEmitter {
  readonly sent: { readonly id: string; readonly answer: (error?: Error) => void }[] = [];
  /** Ids of what was marked as perhaps known already. */
  readonly repeated: string[] = [];
  writable = true;

  publish(
    _exchange: string,
    _routingKey: string,
    _body: Buffer,
    { messageId, headers }: { readonly messageId: string; readonly headers?: object },
    answer: (error?: Error) => void,
  ): boolean {
    this.sent.push({ id: messageId, answer });
    if (headers !== undefined && "x-plinth-repeated" in headers) this.repeated.push(messageId);
    return this.writable;
  }

  get ids(): string[] {
    return this.sent.map(({ id }) => id);
  }

  /** As the client does: unconfirmed messages first, then the event. */
  break(): void {
    for (const { answer } of this.sent) answer(new Error("channel closed"));
    this.emit("close");
  }

  /** As the client does when the broker closes it. */
  refuse(code: number, words: string): void {
    const message = `Channel closed by server: ${code} (SOME-NAME) with message "${words}"`;
    this.emit("error", Object.assign(new Error(message), { code }));
    this.break();
  }
}

const message = (id: string, exchange = "events"): Sendable => ({
  exchange,
  routingKey: "key",
  body: new Uint8Array(10),
  properties: { messageId: id },
});

function publisherOver(...channels: readonly FakeChannel[]) {
  const left = [...channels];
  const errors: unknown[] = [];
  const open = async (): Promise<ConfirmChannel> => {
    const next: unknown = left.shift();
    if (next === undefined) return new Promise(() => undefined);
    return next as ConfirmChannel;
  };
  const limits = { messages: 1_000, bytes: 1_000_000 };
  return {
    publisher: new Publisher(
      { open, restore: async () => undefined, joinWrites: () => undefined },
      limits,
      (raw) => errors.push(raw),
    ),
    errors,
  };
}

test("what was unconfirmed goes out again, in order, before what came later", async () => {
  const [first, second] = [new FakeChannel(), new FakeChannel()];
  const { publisher } = publisherOver(first, second);
  const publishing = publisher.publish(["a", "b", "c"].map((id) => message(id)));
  await expect.poll(() => first.ids).toEqual(["a", "b", "c"]);
  first.sent[1]?.answer();
  first.break();
  const later = publisher.publish([message("d")]);
  await expect.poll(() => second.ids).toEqual(["a", "c", "d"]);
  for (const { answer } of second.sent) answer();
  await Promise.all([publishing, later]);
  expect(publisher.pending).toBe(0);
});

test("what the broker refuses for now goes out again, marked, and is told of", async () => {
  const channel = new FakeChannel();
  const { publisher, errors } = publisherOver(channel);
  const told: unknown[] = [];
  const publishing = publisher.publish([message("a")], { onRefused: (raw) => told.push(raw) });
  await expect.poll(() => channel.ids).toEqual(["a"]);
  expect(channel.repeated).toEqual([]);
  const nack = new Error("message nacked");
  channel.sent[0]?.answer(nack);
  await expect.poll(() => channel.ids).toEqual(["a", "a"]);
  channel.sent[1]?.answer();
  await publishing;
  expect([told, channel.repeated, errors]).toEqual([[nack], ["a"], []]);
});

test("of many that are refused for now one at a time is tried again, until there is room", async () => {
  const channel = new FakeChannel();
  const { publisher } = publisherOver(channel);
  const publishing = ["a", "b", "c"].map((id) => publisher.publish([message(id)]));
  await expect.poll(() => channel.ids).toEqual(["a", "b", "c"]);
  for (const { answer } of channel.sent) answer(new Error("message nacked"));
  await expect.poll(() => channel.ids.slice(3)).toEqual(["a"]);
  channel.sent[3]?.answer();
  expect(channel.ids.slice(3)).toEqual(["a", "b"]);
  channel.sent[4]?.answer();
  expect(channel.ids.slice(3)).toEqual(["a", "b", "c"]);
  channel.sent[5]?.answer();
  await Promise.all(publishing);
});

test("what was given up while it was refused is marked when its caller publishes it again", async () => {
  const channel = new FakeChannel();
  const { publisher } = publisherOver(channel);
  const patience = new AbortController();
  const publishing = publisher.publish([message("a")], { signal: patience.signal });
  await expect.poll(() => channel.ids).toEqual(["a"]);
  channel.sent[0]?.answer(new Error("message nacked"));
  patience.abort(new Error("out of patience"));
  await expect(publishing).rejects.toThrow("out of patience");
  void publisher.publish([message("a"), message("b")]);
  expect(channel.repeated).toEqual(["a"]);
});

test("what a queue of a consumer refuses for now is reported once", async () => {
  const channel = new FakeChannel();
  const { publisher, errors } = publisherOver(channel);
  const sending = ["a", "b"].map((id) => publisher.send(message(id, "")));
  await expect.poll(() => channel.ids).toEqual(["a", "b"]);
  for (const { answer } of channel.sent) answer(new Error("message nacked"));
  expect(errors.map(String)).toEqual([expect.stringContaining('the queue "key"')]);
  await expect.poll(() => channel.ids).toHaveLength(3);
  channel.sent[2]?.answer();
  channel.sent[3]?.answer();
  await Promise.all(sending);
});

const words = {
  topic:
    "ACCESS_REFUSED - access to topic 'b' in exchange 'events' in vhost '/' refused for user 'u'",
  exchange:
    "ACCESS_REFUSED - write access to exchange 'amq.default' in vhost '/' refused for user 'u'",
  size: "PRECONDITION_FAILED - message size 2000 is larger than configured max size 1000",
};

test.each([
  ["a topic", words.topic, { exchange: "events", routingKey: "b" }],
  ["an exchange", words.exchange, { exchange: "", routingKey: "queue" }],
])(
  "what the broker names when it refuses %s rejects, and nothing else",
  async (_what, text, to) => {
    const [first, second] = [new FakeChannel(), new FakeChannel()];
    const { publisher } = publisherOver(first, second);
    const before = publisher.publish([message("a")]);
    const refused = publisher.publish([{ ...message("b"), ...to }]);
    const after = publisher.publish([message("c")]);
    await expect.poll(() => first.ids).toEqual(["a", "b", "c"]);
    first.refuse(403, text);
    await expect(refused).rejects.toMatchObject({
      code: 403,
      message: expect.stringContaining(text),
    });
    await expect.poll(() => second.ids).toEqual(["a", "c"]);
    for (const { answer } of second.sent) answer();
    await Promise.all([before, after]);
  },
);

test("what the broker refuses without a name is found by sending one at a time", async () => {
  const channels = [new FakeChannel(), new FakeChannel(), new FakeChannel()] as const;
  const [first, second, third] = channels;
  const { publisher } = publisherOver(...channels);
  const ids = ["a", "b", "c", "d"];
  const publishing = ids.map((id) => publisher.publish([message(id)]));
  await expect.poll(() => first.ids).toEqual(ids);
  first.refuse(406, words.size);
  await expect.poll(() => second.ids).toEqual(["a"]);
  second.sent[0]?.answer();
  expect(second.ids).toEqual(["a", "b"]);
  const later = publisher.publish([message("e")]);
  second.refuse(406, words.size);
  await expect(publishing[1]).rejects.toMatchObject({
    code: "invalid_argument",
    message: expect.stringContaining(words.size),
  });
  await expect.poll(() => third.ids).toEqual(["c"]);
  third.sent[0]?.answer();
  expect(third.ids).toEqual(["c", "d"]);
  third.sent[1]?.answer();
  await expect.poll(() => third.ids).toEqual(["c", "d", "e"]);
  third.sent[2]?.answer();
  await Promise.all([publishing[0], publishing[2], publishing[3], later]);
  expect(publisher.pending).toBe(0);
});

test("an exchange that is gone is restored before anything goes on", async () => {
  const [first, second] = [new FakeChannel(), new FakeChannel()];
  const channels = [first, second];
  let restored = (): void => undefined;
  const connection = {
    open: async () => channels.shift() as unknown as ConfirmChannel,
    restore: () => new Promise<void>((resolve) => (restored = resolve)),
    joinWrites: () => undefined,
  };
  const publisher = new Publisher(connection, { messages: 9, bytes: 999 }, () => undefined);
  const publishing = publisher.publish([message("a")]);
  await expect.poll(() => first.ids).toEqual(["a"]);
  first.refuse(404, "NOT_FOUND - no exchange 'events' in vhost '/'");
  await expect.poll(() => restored.name).not.toBe("restored");
  expect(second.ids).toEqual([]);
  restored();
  await expect.poll(() => second.ids).toEqual(["a"]);
  second.sent[0]?.answer();
  await publishing;
});

test("a broker that asks for a pause gets one", async () => {
  const channel = new FakeChannel();
  const { publisher } = publisherOver(channel);
  publisher.hold(true);
  const publishing = publisher.publish([message("a")]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(channel.ids).toEqual([]);
  publisher.hold(false);
  expect(channel.ids).toEqual(["a"]);
  channel.sent[0]?.answer();
  await publishing;
});

test("no more is written than the connection takes, nor than the window of unconfirmed ones", async () => {
  const channel = new FakeChannel();
  const { publisher } = publisherOver(channel);
  channel.writable = false;
  const messages = Array.from({ length: 600 }, (_, n) => message(String(n)));
  const publishing = publisher.publish(messages);
  await expect.poll(() => channel.ids).toHaveLength(1);
  channel.writable = true;
  channel.emit("drain");
  expect(channel.ids).toHaveLength(500);
  for (let n = 0; n < 600; n++) channel.sent[n]?.answer();
  await publishing;
  expect(channel.ids).toEqual(messages.map(({ properties }) => properties.messageId));
});

test("a queue that is not there rejects, an event without a subscriber does not", async () => {
  const channel = new FakeChannel();
  const { publisher } = publisherOver(channel);
  const toQueue = publisher.send(message("a", ""));
  const event = publisher.send(message("b"));
  await expect.poll(() => channel.ids).toEqual(["a", "b"]);
  channel.emit("return", { fields: { routingKey: "key" }, properties: { messageId: "a" } });
  for (const { answer } of channel.sent) answer();
  await expect(toQueue).rejects.toThrow('no queue "key"');
  await event;
});

test("what cannot be written at all rejects, and holds up nothing", async () => {
  const channel = new FakeChannel();
  const { publisher, errors } = publisherOver(channel);
  const fault = new TypeError("Field 'messageId' is the wrong type");
  vi.spyOn(channel, "publish").mockImplementationOnce(() => {
    throw fault;
  });
  const [bad, good] = [publisher.send(message("a")), publisher.send(message("b"))];
  await expect(bad).rejects.toBe(fault);
  channel.sent[0]?.answer();
  await good;
  expect(errors).toEqual([]);
});

test("a channel that the broker refuses to open rejects what waits, is told of, and tried again", async () => {
  const channel = new FakeChannel();
  const errors: unknown[] = [];
  const refusal = Object.assign(new Error("no permission"), { code: 403 });
  const open = vi
    .fn<() => Promise<ConfirmChannel>>()
    .mockRejectedValueOnce(refusal)
    .mockResolvedValueOnce(channel as unknown as ConfirmChannel);
  const publisher = new Publisher(
    { open, restore: async () => undefined, joinWrites: () => undefined },
    { messages: 1, bytes: 1 },
    (raw) => errors.push(raw),
  );
  await expect(publisher.send(message("a"))).rejects.toBe(refusal);
  const publishing = publisher.send(message("b"));
  await expect.poll(() => channel.ids).toEqual(["b"]);
  channel.sent[0]?.answer();
  await publishing;
  expect(errors).toEqual([refusal]);
});
