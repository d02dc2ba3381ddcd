import type { ConfirmChannel } from "amqplib";
import { errorCode, isNack } from "./error-code.ts";
import { repeatedProperties } from "./message-codec.ts";
import type { PendingMessage } from "./pending-message.ts";
import type { PublishBuffer } from "./publish-buffer.ts";
import { missingQueue } from "./publish-errors.ts";

/** What a window tells of its messages. */
export interface WindowListener {
  /** It was accepted, refused for good, or is no longer wanted: nothing more happens to it. */
  readonly left: (pending: PendingMessage, wasAccepted: boolean) => void;
  /** The broker refused it for now. */
  readonly nacked: (pending: PendingMessage, reason: unknown) => void;
  /** Several messages were sent, which should leave in one piece. */
  readonly joinWrites: () => void;
}

/** How many messages may be unconfirmed at once; the broker gains nothing by more. */
const windowSize = 500;

/** Sends what waits in a buffer over one channel at a time, and follows what the broker has not confirmed. */
export class ConfirmWindow {
  readonly #buffer: PublishBuffer;
  readonly #listener: WindowListener;
  readonly #unconfirmed = new Set<PendingMessage>();
  /** Unconfirmed when the broker closed a channel because of one of them. They are sent one by one. */
  readonly #suspects = new Set<PendingMessage>();
  /** Messages of this channel that reached no queue. */
  readonly #unroutable = new Set<string>();
  #channel: ConfirmChannel | undefined;
  #isHeld = false;
  #isFull = false;

  constructor(buffer: PublishBuffer, listener: WindowListener) {
    this.#buffer = buffer;
    this.#listener = listener;
  }

  /** What was sent and is not confirmed. */
  get unconfirmed(): readonly PendingMessage[] {
    return [...this.#unconfirmed];
  }

  /** Sends over a channel from now on. */
  use(channel: ConfirmChannel): void {
    this.#channel = channel;
    this.#isFull = false;
    this.#unroutable.clear();
    channel.on("drain", () => {
      this.#isFull = false;
      this.send();
    });
    channel.on("return", ({ fields, properties }) => {
      this.#unroutable.add(returnKey(fields.routingKey, properties.messageId));
    });
    this.send();
  }

  /** The channel is closed: nothing is sent until there is another one. */
  loseChannel(): void {
    this.#channel = undefined;
  }

  /** Whether the broker has asked for a pause. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.send();
  }

  /** One of the unconfirmed messages makes the broker close the channel. */
  suspectAll(): void {
    for (const each of this.#unconfirmed) this.#suspects.add(each);
  }

  /** Nothing more is expected for a message on this channel. */
  drop(pending: PendingMessage): void {
    this.#unconfirmed.delete(pending);
    this.#suspects.delete(pending);
  }

  /** Sends messages again, each in its old place. Suspects stay suspects. */
  repeat(pending: readonly PendingMessage[]): void {
    for (const each of pending) this.#unconfirmed.delete(each);
    this.#buffer.putBack(pending);
    this.send();
  }

  /** Forgets all of its messages. */
  clear(): void {
    this.#unconfirmed.clear();
    this.#suspects.clear();
  }

  /** Sends as much as there is room for. */
  send(): void {
    while (this.#channel && !this.#isHeld && !this.#isFull) {
      const next = this.#buffer.first;
      if (next === undefined) return;
      const size = this.#suspects.size > 0 ? 1 : windowSize;
      if (!next.settled && this.#unconfirmed.size >= size) return;
      this.#buffer.shift();
      if (next.settled) this.#leave(next, false);
      else this.#write(this.#channel, next);
    }
  }

  #write(channel: ConfirmChannel, next: PendingMessage): void {
    const { exchange, routingKey, body } = next.message;
    const properties = next.isRepeated
      ? repeatedProperties(next.message.properties)
      : next.message.properties;
    next.isRepeated = true;
    this.#unconfirmed.add(next);
    // What goes to one queue must not vanish with it; an event that nothing subscribes to may.
    const options = exchange === "" ? { ...properties, mandatory: true } : properties;
    try {
      const content = Buffer.isBuffer(body)
        ? body
        : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
      this.#isFull = !channel.publish(exchange, routingKey, content, options, (error: unknown) => {
        if (error === null || error === undefined) this.#confirm(next);
        else if (isNack(error)) this.#nacked(next, error);
        // Otherwise the channel is gone, and everything is sent again on the next one.
      });
      // A single message has nothing to share a write with.
      if (this.#unconfirmed.size > 1) this.#listener.joinWrites();
    } catch (error) {
      // A closed channel emits an event as well. Anything else is wrong with the message.
      if (errorCode(error) === "unavailable") return;
      this.#leave(next, false);
      this.#buffer.settle(next, error);
    }
  }

  #confirm(pending: PendingMessage): void {
    this.#leave(pending, true);
    const { routingKey, properties } = pending.message;
    const isUnroutable =
      this.#unroutable.size > 0 &&
      this.#unroutable.delete(returnKey(routingKey, properties.messageId));
    this.#buffer.settle(pending, isUnroutable ? missingQueue(routingKey) : undefined);
    this.send();
  }

  #nacked(pending: PendingMessage, reason: unknown): void {
    this.drop(pending);
    this.#listener.nacked(pending, reason);
    this.send();
  }

  #leave(pending: PendingMessage, wasAccepted: boolean): void {
    this.drop(pending);
    this.#listener.left(pending, wasAccepted);
  }
}

function returnKey(routingKey: string, id: unknown): string {
  return `${routingKey} ${String(id)}`;
}
