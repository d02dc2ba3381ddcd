import { setTimeout as delay } from "node:timers/promises";
import {
  FailedPreconditionError,
  ResourceExhaustedError,
  UnavailableError,
} from "@plinth/core/errors";
import type { ConfirmChannel } from "amqplib";
import { channelClosed } from "./broker-connection.ts";
import { errorCode } from "./error-code.ts";
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

interface Pending extends Sendable {
  readonly sequence: number;
  settled: boolean;
  readonly settle: (error?: unknown) => void;
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
  readonly #open: () => Promise<ConfirmChannel>;
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
   * @param open makes a channel whose exchanges are declared; called again when it is lost
   * @param onError gets what keeps it from opening a channel
   */
  constructor(
    open: () => Promise<ConfirmChannel>,
    limits: BufferLimits,
    onError: (raw: unknown) => void,
  ) {
    this.#open = open;
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
  async publish(messages: readonly Sendable[], signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const bytes = messages.reduce((sum, { body }) => sum + body.byteLength, 0);
    const { messages: most, bytes: mostBytes } = this.#limits;
    // Something may always go, or a call that is larger than the buffer could never be made.
    if (
      this.#count > 0 &&
      (this.#count + messages.length > most || this.#bytes + bytes > mostBytes)
    ) {
      throw new ResourceExhaustedError(
        `${this.#count} messages (${this.#bytes} bytes) are waiting for RabbitMQ already; the limits are ${most} messages and ${mostBytes} bytes. It is away, blocked, or slower than what is published.`,
      );
    }
    const sent = messages.map((message) => this.#enqueue(message));
    const abort = (): void => {
      for (const { pending } of sent) pending.settle(signal?.reason);
      this.#forgetAbandoned();
    };
    signal?.addEventListener("abort", abort, { once: true });
    try {
      await Promise.all(sent.map(({ answer }) => answer));
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  /** The same for one message without looking at the limits. */
  send(message: Sendable): Promise<void> {
    return this.#enqueue(message).answer;
  }

  /** Rejects what waits and takes nothing more. */
  close(): void {
    this.#closing.abort();
    const left = [...this.#unconfirmed, ...this.#waiting];
    this.#unconfirmed.clear();
    this.#waiting = [];
    for (const pending of left) pending.settle(closedError());
  }

  #enqueue(message: Sendable): { readonly pending: Pending; readonly answer: Promise<void> } {
    const { promise, resolve, reject } = promiseWithResolvers();
    const pending: Pending = {
      ...message,
      sequence: this.#sequence++,
      settled: false,
      settle: (error) => {
        if (pending.settled) return;
        pending.settled = true;
        this.#count--;
        this.#bytes -= message.body.byteLength;
        if (error === undefined) resolve();
        else reject(error);
      },
    };
    this.#count++;
    this.#bytes += message.body.byteLength;
    if (this.#closing.signal.aborted) pending.settle(closedError());
    else this.#waiting.push(pending);
    this.#pump();
    return { pending, answer: promise };
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
        const channel = await this.#open();
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
    const { exchange, routingKey, body, properties } = next;
    this.#unconfirmed.add(next);
    // What goes to one queue must not vanish with it; an event that nobody subscribed to may.
    const options = { ...properties, mandatory: exchange === "" };
    try {
      const content = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
      this.#full = !channel.publish(exchange, routingKey, content, options, (error: unknown) => {
        if (error === null || error === undefined) this.#confirm(next);
        else void this.#refused(channel, next);
      });
    } catch (error) {
      // A closed channel says so by its event, too. Anything else is wrong with the message.
      if (errorCode(error) === "unavailable") return;
      this.#unconfirmed.delete(next);
      next.settle(error);
    }
  }

  #confirm(pending: Pending): void {
    this.#unconfirmed.delete(pending);
    const { routingKey, properties } = pending;
    const unroutable = this.#unroutable.delete(returnKey(routingKey, properties.messageId));
    pending.settle(unroutable ? missingQueue(routingKey) : undefined);
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

/** `Promise.withResolvers`, which Node 20 lacks. */
function promiseWithResolvers(): {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
} {
  let resolve: () => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<void>((accept, refuse) => {
    resolve = accept;
    reject = refuse;
  });
  return { promise, resolve, reject };
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
