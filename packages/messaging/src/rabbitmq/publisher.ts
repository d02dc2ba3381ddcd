import { setTimeout as delay } from "node:timers/promises";
import { ResourceExhaustedError } from "@plinth/core/errors";
import type { ConfirmChannel } from "amqplib";
import type { PublishCallOptions } from "../driver/messaging-driver.ts";
import { channelClosed } from "./broker-connection.ts";
import { errorCode, isNack, isRefusal, isReply } from "./error-code.ts";
import { repeatedProperties } from "./message-codec.ts";
import {
  type Call,
  laneOf,
  type PendingMessage,
  type Sendable,
  whileWaiting,
} from "./pending-message.ts";
import { closedError, fullQueue, isNamedBy, missingQueue, refusalOf } from "./publish-errors.ts";
import { RecentKeys } from "./recent-keys.ts";
import { RefusedLanes } from "./refused-lanes.ts";

/** How much may wait for the broker. */
export interface BufferLimits {
  readonly messages: number;
  readonly bytes: number;
}

/** What a publisher needs of its connection. */
export interface PublisherConnection {
  /** Makes a channel whose exchange is declared; called again when it is lost. */
  readonly open: () => Promise<ConfirmChannel>;
  /** Called when the exchange was gone; resolves when it may be published to again. */
  readonly restore: () => Promise<void>;
  /** Called after publishing what had better leave in one piece with what follows. */
  readonly joinWrites: () => void;
}

/** How many messages may be unconfirmed at once; the broker gains nothing by more. */
const windowSize = 500;
/** Milliseconds before another channel is opened where one was lost, and where opening was refused again and again. */
const pause = 100;
const maxPause = 5_000;
/** How many messages of one type may wait that the broker has refused for now. */
const maxRefused = 1_000;
/** Of how many messages that were refused for now it is remembered that queues may have them. */
const maxRemembered = 10_000;

/**
 * Publishes with confirms, in order. What is unconfirmed when a channel is lost is sent again on the
 * next one, before everything that came later.
 *
 * A refusal is an answer. The broker refuses for now by a nack, see {@link RefusedLanes}. It refuses for
 * good by closing the channel, without saying which message it means: unless its words name it, those
 * that were unconfirmed are sent again one by one, and the one that ends the channel is rejected.
 */
export class Publisher {
  readonly #connection: PublisherConnection;
  readonly #limits: BufferLimits;
  readonly #onError: (raw: unknown) => void;
  #channel: ConfirmChannel | undefined;
  #waiting: PendingMessage[] = [];
  readonly #unconfirmed = new Set<PendingMessage>();
  /** Unconfirmed when the broker closed a channel because of one of them. */
  readonly #suspects = new Set<PendingMessage>();
  readonly #refused: RefusedLanes<PendingMessage>;
  readonly #refusedIds = new RecentKeys(maxRemembered);
  /** Lanes of which it was told that the broker refuses what goes there. */
  readonly #reportedLanes = new Set<string>();
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
    this.#refused = new RefusedLanes(
      (pending) => this.#again([pending]),
      ({ settled }) => settled,
      maxRefused,
    );
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
   * Resolves when the broker has accepted all of them; rejects with the broker's error where it refuses
   * one for good, and at once with `resource_exhausted` where too much is waiting already.
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
      const refused = options.onRefused?.bind(options);
      const call: Call = { left: messages.length, resolve, reject, refused };
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
    this.#rejectAll(closedError());
  }

  #rejectAll(error: unknown): void {
    const left = [...this.#unconfirmed, ...this.#waiting, ...this.#refused.clear()];
    this.#unconfirmed.clear();
    this.#suspects.clear();
    this.#waiting = [];
    for (const pending of left) this.#settle(pending, error);
  }

  #enqueue(message: Sendable, call: Call): PendingMessage {
    const isRepeated = this.#refusedIds.has(String(message.properties.messageId));
    const sequence = this.#sequence++;
    const pending: PendingMessage = { message, call, sequence, isRepeated, settled: false };
    this.#count++;
    this.#bytes += message.body.byteLength;
    if (this.#closing.signal.aborted) this.#settle(pending, closedError());
    else this.#waiting.push(pending);
    return pending;
  }

  #settle(pending: PendingMessage, error?: unknown): void {
    if (pending.settled) return;
    pending.settled = true;
    this.#count--;
    this.#bytes -= pending.message.body.byteLength;
    const { call } = pending;
    call.left--;
    if (error !== undefined) call.reject(error);
    else if (call.left === 0) call.resolve();
  }

  /** What no call waits for anymore would keep its bytes until the broker is back. */
  #forgetAbandoned(): void {
    if (this.#waiting.length < 2 * this.#count + 100) return;
    const abandoned = this.#waiting.filter(({ settled }) => settled);
    this.#waiting = this.#waiting.filter(({ settled }) => !settled);
    for (const pending of abandoned) this.#answered(pending, false);
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    let failures = 0;
    let reported: string | undefined;
    while (!signal.aborted) {
      let wait = pause;
      try {
        const channel = await this.#connection.open();
        failures = 0;
        reported = undefined;
        if (await this.#useUntilClosed(channel)) wait = 0;
      } catch (error) {
        if (!signal.aborted && errorCode(error) !== "unavailable") {
          // Said once of each reason, not at every attempt.
          if (String(error) !== reported) this.#onError(error);
          reported = String(error);
        }
        if (isRefusal(error)) {
          wait = Math.min(maxPause, pause * 2 ** Math.min(failures++, 20));
          this.#rejectAll(error);
        }
      }
      this.#again([...this.#unconfirmed]);
      await delay(wait, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** @returns whether the broker closed it because of a message, so that the next one may be opened at once */
  async #useUntilClosed(channel: ConfirmChannel): Promise<boolean> {
    let reason: unknown;
    channel.on("error", (error: unknown) => (reason ??= error));
    const closed = channelClosed(channel);
    this.#use(channel);
    await closed;
    this.#channel = undefined;
    if (this.#closing.signal.aborted || !isRefusal(reason)) return false;
    if (isReply(reason, 404)) await this.#connection.restore();
    else this.#convict(reason);
    return true;
  }

  /** Rejects what the broker closed the channel for, or finds out which one it is. */
  #convict(reason: unknown): void {
    const unconfirmed = [...this.#unconfirmed];
    const named = unconfirmed.filter(({ message }) => isNamedBy(reason, message));
    const guilty = unconfirmed.length === 1 ? unconfirmed : named;
    for (const each of guilty) {
      this.#answered(each, false);
      this.#settle(each, refusalOf(reason));
    }
    if (guilty.length === 0) for (const each of unconfirmed) this.#suspects.add(each);
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
    while (this.#channel && !this.#held && !this.#full) {
      const [next] = this.#waiting;
      if (next === undefined) return;
      if (!next.settled && this.#unconfirmed.size >= (this.#suspects.size > 0 ? 1 : windowSize)) {
        return;
      }
      this.#waiting.shift();
      if (next.settled) this.#answered(next, false);
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
    // What goes to one queue must not vanish with it; an event that nobody subscribed to may.
    const options = exchange === "" ? { ...properties, mandatory: true } : properties;
    try {
      const content = Buffer.isBuffer(body)
        ? body
        : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
      this.#full = !channel.publish(exchange, routingKey, content, options, (error: unknown) => {
        if (error === null || error === undefined) this.#confirm(next);
        else if (isNack(error)) this.#nacked(next, error);
        // Otherwise the channel is gone, which brings everything back itself.
      });
      // One alone has nobody to share a write with.
      if (this.#unconfirmed.size > 1) this.#connection.joinWrites();
    } catch (error) {
      // A closed channel says so by its event, too. Anything else is wrong with the message.
      if (errorCode(error) === "unavailable") return;
      this.#answered(next, false);
      this.#settle(next, error);
    }
  }

  #confirm(pending: PendingMessage): void {
    this.#answered(pending, true);
    const { routingKey, properties } = pending.message;
    const isUnroutable =
      this.#unroutable.size > 0 &&
      this.#unroutable.delete(returnKey(routingKey, properties.messageId));
    this.#settle(pending, isUnroutable ? missingQueue(routingKey) : undefined);
    this.#pump();
  }

  /** Some queue did not take it; others may have. */
  #nacked(pending: PendingMessage, reason: unknown): void {
    this.#unconfirmed.delete(pending);
    this.#suspects.delete(pending);
    const { call, message, settled } = pending;
    const lane = laneOf(message);
    const id: unknown = message.properties.messageId;
    if (typeof id === "string") this.#refusedIds.add(id);
    if (settled) this.#answered(pending, false);
    else if (!this.#refused.add(lane, pending)) this.#settle(pending, reason);
    else if (call.refused !== undefined) call.refused(reason);
    else if (!this.#reportedLanes.has(lane)) {
      // A consumer waits for as long as it takes, and says nothing itself.
      this.#reportedLanes.add(lane);
      this.#onError(fullQueue(message.routingKey, reason));
    }
    this.#pump();
  }

  /** Nothing more is expected for it on this channel. */
  #answered(pending: PendingMessage, wasAccepted: boolean): void {
    this.#unconfirmed.delete(pending);
    this.#suspects.delete(pending);
    const lane = laneOf(pending.message);
    this.#refused.left(lane, pending, wasAccepted);
    if (wasAccepted) this.#reportedLanes.delete(lane);
  }

  #again(pending: readonly PendingMessage[]): void {
    for (const each of pending) this.#unconfirmed.delete(each);
    this.#waiting = [...pending, ...this.#waiting].toSorted((a, b) => a.sequence - b.sequence);
    this.#pump();
  }
}

function returnKey(routingKey: string, id: unknown): string {
  return `${routingKey} ${String(id)}`;
}
