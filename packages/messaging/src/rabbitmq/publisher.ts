import { setTimeout as delay } from "node:timers/promises";
import { backOff } from "@plinth/support/back-off";
import type { ConfirmChannel } from "amqplib";
import type { PublishCallOptions } from "../driver/messaging-driver.ts";
import { channelClosed } from "./broker-connection.ts";
import { ConfirmWindow } from "./confirm-window.ts";
import { errorCode, isRefusal, isReply } from "./error-code.ts";
import {
  type Call,
  laneOf,
  type PendingMessage,
  type Sendable,
  whileWaiting,
} from "./pending-message.ts";
import { type BufferLimits, PublishBuffer } from "./publish-buffer.ts";
import { closedError, fullQueue, isNamedBy, refusalOf } from "./publish-errors.ts";
import { RecentKeys } from "./recent-keys.ts";
import { RefusedLanes } from "./refused-lanes.ts";

/** What a publisher needs from its connection. */
export interface PublisherConnection {
  /** Makes a channel whose exchange is declared. Called again when the channel is lost. */
  readonly open: () => Promise<ConfirmChannel>;
  /** Called if the exchange was gone. Resolves when messages may be published to it again. */
  readonly restore: () => Promise<void>;
  /** Called after publishing what should leave in one piece with what follows. */
  readonly joinWrites: () => void;
}

/** Milliseconds before another channel is opened after one was lost. */
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
 * The broker refuses a message for now by a nack, see {@link RefusedLanes}. It refuses one for good by closing
 * the channel, without saying which message it means: unless its words name it, those that were
 * unconfirmed are sent again one by one, and the one that ends the channel is rejected.
 */
export class Publisher {
  readonly #connection: PublisherConnection;
  readonly #onError: (raw: unknown) => void;
  readonly #buffer: PublishBuffer;
  readonly #window: ConfirmWindow;
  readonly #refused: RefusedLanes<PendingMessage>;
  readonly #refusedIds = new RecentKeys(maxRemembered);
  /** Lanes whose refusal was reported. */
  readonly #reportedLanes = new Set<string>();
  readonly #closing = new AbortController();

  /** @param onError Gets what keeps it from opening a channel, and refusals that no caller hears of. */
  constructor(
    connection: PublisherConnection,
    limits: BufferLimits,
    onError: (raw: unknown) => void,
  ) {
    this.#connection = connection;
    this.#onError = onError;
    this.#buffer = new PublishBuffer(limits);
    this.#window = new ConfirmWindow(this.#buffer, {
      left: (pending, wasAccepted) => this.#left(pending, wasAccepted),
      nacked: (pending, reason) => this.#nacked(pending, reason),
      joinWrites: connection.joinWrites,
    });
    this.#refused = new RefusedLanes(
      (pending) => this.#window.repeat([pending]),
      ({ settled }) => settled,
      maxRefused,
    );
    void this.#run();
  }

  /** How many messages are not confirmed yet. */
  get pending(): number {
    return this.#buffer.count;
  }

  /** Whether the broker has asked for a pause. */
  hold(isHeld: boolean): void {
    this.#window.hold(isHeld);
  }

  /**
   * Resolves when the broker has accepted all of them. Rejects with the broker's error if it refuses
   * one for good, and at once with `resource_exhausted` if too much is waiting already.
   */
  publish(messages: readonly Sendable[], options: PublishCallOptions = {}): Promise<void> {
    // With `onAbort`, the signal is made when it is asked for, and is not needed.
    const signal = options.onAbort === undefined ? options.signal : undefined;
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    const fault = this.#buffer.faultOf(messages);
    if (fault !== undefined) return Promise.reject(fault);
    return new Promise((resolve, reject) => {
      const refused = options.onRefused?.bind(options);
      const call: Call = { left: messages.length, resolve, reject, refused };
      const pending = messages.map((message) => this.#enqueue(message, call));
      const abort = (reason: unknown): void => {
        for (const each of pending) this.#buffer.settle(each, reason);
        for (const each of this.#buffer.takeAbandoned()) this.#drop(each);
      };
      if (signal === undefined) options.onAbort?.(abort);
      else whileWaiting(call, signal, abort);
      this.#window.send();
    });
  }

  /** The same for one message, without limits. */
  send(message: Sendable): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#enqueue(message, { left: 1, resolve, reject });
      this.#window.send();
    });
  }

  /** Rejects what waits and takes nothing more. */
  close(): void {
    this.#closing.abort();
    this.#rejectAll(closedError());
  }

  #enqueue(message: Sendable, call: Call): PendingMessage {
    const isRepeated = this.#refusedIds.has(String(message.properties.messageId));
    const pending = this.#buffer.add(message, call, isRepeated);
    if (this.#closing.signal.aborted) this.#buffer.settle(pending, closedError());
    return pending;
  }

  #rejectAll(error: unknown): void {
    const left = [...this.#window.unconfirmed, ...this.#buffer.takeAll(), ...this.#refused.clear()];
    this.#window.clear();
    for (const pending of left) this.#buffer.settle(pending, error);
  }

  /** Keeps a channel open. */
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
          // Once for each reason, not for every attempt.
          if (String(error) !== reported) this.#onError(error);
          reported = String(error);
        }
        if (isRefusal(error)) {
          wait = backOff(++failures, { first: pause, max: maxPause }, 1);
          this.#rejectAll(error);
        }
      }
      this.#window.repeat(this.#window.unconfirmed);
      await delay(wait, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** @returns whether the broker closed it because of a message, so that the next one may be opened at once */
  async #useUntilClosed(channel: ConfirmChannel): Promise<boolean> {
    let reason: unknown;
    channel.on("error", (error: unknown) => (reason ??= error));
    const closed = channelClosed(channel);
    this.#window.use(channel);
    await closed;
    this.#window.loseChannel();
    if (this.#closing.signal.aborted || !isRefusal(reason)) return false;
    if (isReply(reason, 404)) await this.#connection.restore();
    else this.#convict(reason);
    return true;
  }

  /** Rejects the message that the broker closed the channel for, or lets the window find it. */
  #convict(reason: unknown): void {
    const { unconfirmed } = this.#window;
    const named = unconfirmed.filter(({ message }) => isNamedBy(reason, message));
    const guilty = unconfirmed.length === 1 ? unconfirmed : named;
    for (const each of guilty) {
      this.#drop(each);
      this.#buffer.settle(each, refusalOf(reason));
    }
    if (guilty.length === 0) this.#window.suspectAll();
  }

  #drop(pending: PendingMessage): void {
    this.#window.drop(pending);
    this.#left(pending, false);
  }

  #left(pending: PendingMessage, wasAccepted: boolean): void {
    const lane = laneOf(pending.message);
    this.#refused.left(lane, pending, wasAccepted);
    if (wasAccepted) this.#reportedLanes.delete(lane);
  }

  /** Some queue did not take it; others may have. */
  #nacked(pending: PendingMessage, reason: unknown): void {
    const { call, message, settled } = pending;
    const lane = laneOf(message);
    const id: unknown = message.properties.messageId;
    if (typeof id === "string") this.#refusedIds.add(id);
    if (settled) this.#left(pending, false);
    else if (!this.#refused.add(lane, pending)) this.#buffer.settle(pending, reason);
    else if (call.refused !== undefined) call.refused(reason);
    else if (!this.#reportedLanes.has(lane)) {
      // A consumer waits without a limit, and reports nothing itself.
      this.#reportedLanes.add(lane);
      this.#onError(fullQueue(message.routingKey, reason));
    }
  }
}
