import { setTimeout as delay } from "node:timers/promises";
import {
  FailedPreconditionError,
  ResourceExhaustedError,
  UnavailableError,
} from "@plinth/core/errors";
import type { ConfirmChannel } from "amqplib";
import { channelClosed } from "./broker-connection.ts";
import { errorCode } from "./error-code.ts";
import type { PublishCallOptions } from "../driver/messaging-driver.ts";
import type { Properties } from "./message-codec.ts";

/** One message on its way to the broker. */
export interface Sendable {
  /** Empty: the queue that the routing key names. */
  readonly exchange: string;
  readonly routingKey: string;
  readonly body: Uint8Array;
  readonly properties: Properties;
}

/** How much may wait for the broker. */
export interface BufferLimits {
  readonly messages: number;
  readonly bytes: number;
}

/** The messages of one call, which is answered when the last of them is settled. */
interface Call {
  left: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

interface Pending {
  readonly message: Sendable;
  readonly call: Call;
  readonly sequence: number;
  settled: boolean;
}

/** What a publisher needs of its connection. */
export interface PublisherConnection {
  /** Makes a channel whose exchanges are declared; called again when it is lost. */
  readonly open: () => Promise<ConfirmChannel>;
  /** Called after publishing what had better leave in one piece with what follows. */
  readonly joinWrites: () => void;
}

/** How many messages may be unconfirmed at once; the broker gains nothing by more. */
const windowSize = 500;
/** Milliseconds before another attempt where the broker or a channel failed. */
const pause = 100;

/**
 * Publishes with confirms, in order. What is unconfirmed when a channel is lost is sent again on the
 * next one, before everything that came later.
 */
export class Publisher {
  readonly #connection: PublisherConnection;
  readonly #limits: BufferLimits;
  readonly #onError: (raw: unknown) => void;
  #channel: ConfirmChannel | undefined;
  #waiting: Pending[] = [];
  readonly #unconfirmed = new Set<Pending>();
  readonly #unroutable = new Set<string>();
  #sequence = 0;
  #bytes = 0;
  #count = 0;
  #held = false;
  #full = false;
  readonly #closing = new AbortController();

  /**
   * @param onError gets what keeps it from opening a channel
   */
  constructor(
    connection: PublisherConnection,
    limits: BufferLimits,
    onError: (raw: unknown) => void,
  ) {
    this.#connection = connection;
    this.#limits = limits;
    this.#onError = onError;
    void this.#run();
  }

  /** How many messages are not confirmed yet. */
  get pending(): number {
    return this.#count;
  }

  /** Whether the broker has asked for a pause. */
  hold(held: boolean): void {
    this.#held = held;
    this.#pump();
  }

  /**
   * Resolves when the broker has accepted all of them; rejects at once with `resource_exhausted`
   * where too much is waiting already.
   */
  publish(messages: readonly Sendable[], options: PublishCallOptions = {}): Promise<void> {
    // A signal that nobody has asked for yet has not fallen.
    const signal = options.onAbort === undefined ? options.signal : undefined;
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    let bytes = 0;
    for (const { body } of messages) bytes += body.byteLength;
    const { messages: most, bytes: maxBytes } = this.#limits;
    // Something may always go, or a call that is larger than the buffer could never be made.
    if (
      this.#count > 0 &&
      (this.#count + messages.length > most || this.#bytes + bytes > maxBytes)
    ) {
      const error = new ResourceExhaustedError(
        `${this.#count} messages (${this.#bytes} bytes) are waiting for RabbitMQ already; the limits are ${most} messages and ${maxBytes} bytes. It is away, blocked, or slower than what is published.`,
      );
      return Promise.reject(error);
    }
    return new Promise((resolve, reject) => {
      const call: Call = { left: messages.length, resolve, reject };
      const pending = messages.map((message) => this.#enqueue(message, call));
      const abort = (reason: unknown): void => {
        for (const each of pending) this.#settle(each, reason);
        this.#forgetAbandoned();
      };
      if (signal === undefined) options.onAbort?.(abort);
      else whileWaiting(call, signal, abort);
      this.#pump();
    });
  }

  /** The same for one message without looking at the limits. */
  send(message: Sendable): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#enqueue(message, { left: 1, resolve, reject });
      this.#pump();
    });
  }

  /** Rejects what waits and takes nothing more. */
  close(): void {
    this.#closing.abort();
    const left = [...this.#unconfirmed, ...this.#waiting];
    this.#unconfirmed.clear();
    this.#waiting = [];
    for (const pending of left) this.#settle(pending, closedError());
  }

  #enqueue(message: Sendable, call: Call): Pending {
    const pending: Pending = { message, call, sequence: this.#sequence++, settled: false };
    this.#count++;
    this.#bytes += message.body.byteLength;
    if (this.#closing.signal.aborted) this.#settle(pending, closedError());
    else this.#waiting.push(pending);
    return pending;
  }

  #settle(pending: Pending, error?: unknown): void {
    if (pending.settled) return;
    pending.settled = true;
    this.#count--;
    this.#bytes -= pending.message.body.byteLength;
    const { call } = pending;
    call.left--;
    if (error !== undefined) call.reject(error);
    else if (call.left === 0) call.resolve();
  }

  /** What nobody waits for any more would keep its bytes until the broker is back. */
  #forgetAbandoned(): void {
    if (this.#waiting.length < 2 * this.#count + 100) return;
    this.#waiting = this.#waiting.filter(({ settled }) => !settled);
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        const channel = await this.#connection.open();
        const closed = channelClosed(channel);
        this.#use(channel);
        await closed;
      } catch (error) {
        if (!signal.aborted && errorCode(error) !== "unavailable") this.#onError(error);
      }
      this.#channel = undefined;
      this.#again([...this.#unconfirmed]);
      await delay(pause, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  #use(channel: ConfirmChannel): void {
    this.#channel = channel;
    this.#full = false;
    this.#unroutable.clear();
    channel.on("drain", () => {
      this.#full = false;
      this.#pump();
    });
    channel.on("return", ({ fields, properties }) => {
      this.#unroutable.add(returnKey(fields.routingKey, properties.messageId));
    });
    this.#pump();
  }

  #pump(): void {
    while (this.#channel && !this.#held && !this.#full && this.#unconfirmed.size < windowSize) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      if (!next.settled) this.#write(this.#channel, next);
    }
  }

  #write(channel: ConfirmChannel, next: Pending): void {
    const { exchange, routingKey, body, properties } = next.message;
    this.#unconfirmed.add(next);
    // What goes to one queue must not vanish with it; an event that nobody subscribed to may.
    const options = exchange === "" ? { ...properties, mandatory: true } : properties;
    try {
      const content = Buffer.isBuffer(body)
        ? body
        : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
      this.#full = !channel.publish(exchange, routingKey, content, options, (error: unknown) => {
        if (error === null || error === undefined) this.#confirm(next);
        else void this.#refused(channel, next);
      });
      // One alone has nobody to share a write with.
      if (this.#unconfirmed.size > 1) this.#connection.joinWrites();
    } catch (error) {
      // A closed channel says so by its event, too. Anything else is wrong with the message.
      if (errorCode(error) === "unavailable") return;
      this.#unconfirmed.delete(next);
      this.#settle(next, error);
    }
  }

  #confirm(pending: Pending): void {
    this.#unconfirmed.delete(pending);
    const { routingKey, properties } = pending.message;
    const isUnroutable =
      this.#unroutable.size > 0 &&
      this.#unroutable.delete(returnKey(routingKey, properties.messageId));
    this.#settle(pending, isUnroutable ? missingQueue(routingKey) : undefined);
    this.#pump();
  }

  /** The broker could not take it, or the channel is gone, which brings everything back itself. */
  async #refused(channel: ConfirmChannel, pending: Pending): Promise<void> {
    await delay(pause, undefined, { ref: false });
    if (this.#channel === channel && this.#unconfirmed.has(pending)) this.#again([pending]);
  }

  #again(pending: readonly Pending[]): void {
    for (const each of pending) this.#unconfirmed.delete(each);
    this.#waiting = [...pending, ...this.#waiting].toSorted((a, b) => a.sequence - b.sequence);
    this.#pump();
  }
}

/** Calls `abort` when the signal falls before the call is answered. */
function whileWaiting(call: Call, signal: AbortSignal, abort: (reason: unknown) => void): void {
  const listener = (): void => abort(signal.reason);
  signal.addEventListener("abort", listener, { once: true });
  const { resolve, reject } = call;
  call.resolve = () => {
    signal.removeEventListener("abort", listener);
    resolve();
  };
  call.reject = (error) => {
    signal.removeEventListener("abort", listener);
    reject(error);
  };
}

function returnKey(routingKey: string, id: unknown): string {
  return `${routingKey} ${String(id)}`;
}

function missingQueue(name: string): Error {
  return new FailedPreconditionError(
    `RabbitMQ has no queue "${name}": it was deleted while it was in use, or its subscription never existed.`,
  );
}

function closedError(): Error {
  return new UnavailableError(
    "The connection to RabbitMQ was closed before it had taken the message.",
  );
}
