import { EventEmitter } from "node:events";
import type { ConfirmChannel } from "amqplib";
import { expect, test, vi } from "vitest";
import { Publisher, type Sendable } from "../src/rabbitmq/publisher.ts";

/** Answers when the test says so. */
class FakeChannel extends EventEmitter {
  readonly sent: { readonly id: string; readonly answer: (error?: Error) => void }[] = [];
  writable = true;

  publish(
    _exchange: string,
    _routingKey: string,
    _body: Buffer,
    { messageId }: { readonly messageId: string },
    answer: (error?: Error) => void,
  ): boolean {
    this.sent.push({ id: messageId, answer });
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
    publisher: new Publisher({ open, joinWrites: () => undefined }, limits, (raw) =>
      errors.push(raw),
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

test("what the broker refuses goes out again on the same channel", async () => {
  const channel = new FakeChannel();
  const { publisher } = publisherOver(channel);
  const publishing = publisher.publish([message("a")]);
  await expect.poll(() => channel.ids).toEqual(["a"]);
  channel.sent[0]?.answer(new Error("message nacked"));
  await expect.poll(() => channel.ids).toEqual(["a", "a"]);
  channel.sent[1]?.answer();
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

test("a channel that cannot be opened is told of, and tried again", async () => {
  const channel = new FakeChannel();
  const errors: unknown[] = [];
  const refusal = Object.assign(new Error("no permission"), { code: 403 });
  const open = vi
    .fn<() => Promise<ConfirmChannel>>()
    .mockRejectedValueOnce(refusal)
    .mockResolvedValueOnce(channel as unknown as ConfirmChannel);
  const publisher = new Publisher(
    { open, joinWrites: () => undefined },
    { messages: 1, bytes: 1 },
    (raw) => errors.push(raw),
  );
  const publishing = publisher.send(message("a"));
  await expect.poll(() => channel.ids).toEqual(["a"]);
  channel.sent[0]?.answer();
  await publishing;
  expect(errors).toEqual([refusal]);
});
