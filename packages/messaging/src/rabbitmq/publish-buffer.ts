import { ResourceExhaustedError } from "@plinth/core/errors";
import type { Call, PendingMessage, Sendable } from "./pending-message.ts";

/** How much may wait for the broker. */
export interface BufferLimits {
  readonly messages: number;
  readonly bytes: number;
}

/** The messages of a publisher that the broker has not answered, and of these the ones that are not sent. */
export class PublishBuffer {
  readonly #limits: BufferLimits;
  #waiting: PendingMessage[] = [];
  #sequence = 0;
  #count = 0;
  #bytes = 0;

  constructor(limits: BufferLimits) {
    this.#limits = limits;
  }

  /** How many messages are not settled: they wait, are unconfirmed, or were refused for now. */
  get count(): number {
    return this.#count;
  }

  /** The error for messages for which there is no room; `undefined` if there is. */
  faultOf(messages: readonly Sendable[]): ResourceExhaustedError | undefined {
    // An empty buffer takes any call, or one that is larger than the buffer could never be made.
    if (this.#count === 0) return undefined;
    let added = 0;
    for (const { body } of messages) added += body.byteLength;
    const [count, size] = [this.#count, this.#bytes];
    const { messages: maxMessages, bytes: maxBytes } = this.#limits;
    if (count + messages.length <= maxMessages && size + added <= maxBytes) return undefined;
    return new ResourceExhaustedError(
      `${count} messages (${size} bytes) are waiting for RabbitMQ already; the limits are ${maxMessages} messages and ${maxBytes} bytes. It is away, blocked, or slower than what is published.`,
    );
  }

  /** Takes a message, behind those that wait. */
  add(message: Sendable, call: Call, isRepeated: boolean): PendingMessage {
    const sequence = this.#sequence++;
    const pending: PendingMessage = { message, call, sequence, isRepeated, settled: false };
    this.#count++;
    this.#bytes += message.body.byteLength;
    this.#waiting.push(pending);
    return pending;
  }

  /** Answers the call of a message, once for each message. */
  settle(pending: PendingMessage, error?: unknown): void {
    if (pending.settled) return;
    pending.settled = true;
    this.#count--;
    this.#bytes -= pending.message.body.byteLength;
    const { call } = pending;
    call.left--;
    if (error !== undefined) call.reject(error);
    else if (call.left === 0) call.resolve();
  }

  /** The message that is sent next. */
  get first(): PendingMessage | undefined {
    return this.#waiting[0];
  }

  /** Takes the first message out, to send it. */
  shift(): void {
    this.#waiting.shift();
  }

  /** Messages wait again, each in its old place. */
  putBack(pending: readonly PendingMessage[]): void {
    this.#waiting = [...pending, ...this.#waiting].toSorted((a, b) => a.sequence - b.sequence);
  }

  /** Takes out the messages that no call waits for, once they are many: they would keep their bytes. */
  takeAbandoned(): readonly PendingMessage[] {
    if (this.#waiting.length < 2 * this.#count + 100) return [];
    const abandoned = this.#waiting.filter(({ settled }) => settled);
    this.#waiting = this.#waiting.filter(({ settled }) => !settled);
    return abandoned;
  }

  /** Takes out all messages that wait. */
  takeAll(): readonly PendingMessage[] {
    const all = this.#waiting;
    this.#waiting = [];
    return all;
  }
}
