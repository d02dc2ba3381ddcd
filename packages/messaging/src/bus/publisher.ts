import { currentContext, type Logger, redactText } from "@plinth/core";
import { withinLimits } from "@plinth/core/transport";
import {
  createServiceError,
  FailedPreconditionError,
  InvalidArgumentError,
  isServiceError,
  ResourceExhaustedError,
  type ServiceError,
  UnavailableError,
} from "@plinth/core/errors";
import type { MessagingDriver, PublishCallOptions } from "../driver/messaging-driver.ts";
import type { AnyDomainEvent } from "../events/event-definition.ts";
import { encodeEnvelope } from "../events/envelope-codec.ts";
import type { EventEnvelope } from "../events/event-envelope.ts";
import type { Connection } from "./connection.ts";
import type { Observers } from "./observers.ts";
import { isFinal, markRefusal, type Refusal } from "./refusal.ts";
import { wrapDriverError } from "./wrap-driver-error.ts";

/** Options of `publish`. */
export interface PublishOptions {
  /** Ends the wait. The signal of the current context does so as well. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait for the broker; the deadline of the context may be earlier. Default: 30,000. */
  readonly timeout?: number | undefined;
}

/** An envelope to publish, and the event that it was made from, if there is one. */
export interface Publication {
  readonly envelope: EventEnvelope;
  readonly event?: AnyDomainEvent | undefined;
}

// How many messages a driver gets at once.
const batchSize = 1_000;

/** Milliseconds without a refusal after which the next one is logged again. */
const quiet = 60_000;

/** Tells a driver when a call is aborted. Its signal is made on first use. */
class PublishCall implements PublishCallOptions {
  readonly #told: (reason: unknown) => void;
  #controller: AbortController | undefined;
  #listener: ((reason: unknown) => void) | undefined;
  #refusalListener: ((reason: unknown) => void) | undefined;
  #aborted: { readonly reason: unknown } | undefined;
  /** Why the broker has refused a message for now. Absent: it has not. */
  refusal: { readonly reason: unknown } | undefined;

  /** @param told Gets each refusal. */
  constructor(told: (reason: unknown) => void) {
    this.#told = told;
  }

  onRefused(reason: unknown): void {
    this.refusal = { reason };
    this.#told(reason);
    this.#refusalListener?.(reason);
  }

  /** Runs the driver's part of the call until the first refusal. */
  untilRefused(run: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#refusalListener = reject;
      run().then(resolve, reject);
    });
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted !== undefined) this.#controller.abort(this.#aborted.reason);
    }
    return this.#controller.signal;
  }

  onAbort(listener: (reason: unknown) => void): void {
    this.#listener = listener;
  }

  abort(reason: unknown): void {
    this.#aborted = { reason };
    this.#listener?.(reason);
    this.#controller?.abort(reason);
  }
}

/** Hands events to the driver, within its limits of time and memory. */
export class Publisher {
  readonly #driver: MessagingDriver;
  readonly #connection: Connection;
  readonly #observers: Observers;
  readonly #logger: Logger | undefined;
  readonly #maxPublishing: number;
  #refusedAt = Number.NEGATIVE_INFINITY;
  #state: "new" | "open" | "closed" = "new";

  constructor(
    driver: MessagingDriver,
    connection: Connection,
    observers: Observers,
    logger: Logger | undefined,
    maxPublishing: number,
  ) {
    this.#driver = driver;
    this.#connection = connection;
    this.#observers = observers;
    this.#logger = logger;
    this.#maxPublishing = maxPublishing;
  }

  open(): void {
    this.#state = "open";
  }

  close(): void {
    this.#state = "closed";
  }

  /**
   * @param isRepeated Whether the caller itself retries what the broker refuses for now. Then it rejects at the
   *   first refusal and does not wait.
   */
  async publish(
    publications: readonly Publication[],
    options: PublishOptions,
    isRepeated = false,
  ): Promise<void> {
    const { timeout = 30_000 } = options;
    if (!(timeout > 0)) {
      throw new InvalidArgumentError(`timeout must be above 0 milliseconds, and is ${timeout}.`);
    }
    const messages = publications.map(({ envelope }) => encodeEnvelope(envelope));
    if (this.#state !== "open") {
      throw new FailedPreconditionError(
        this.#state === "new"
          ? "The event bus is not open yet: an app publishes once it has started."
          : "The event bus is closed: the app has stopped.",
      );
    }
    if (messages.length === 0) return;
    const { sums } = this.#observers;
    if (sums.publishing > 0 && sums.publishing + messages.length > this.#maxPublishing) {
      sums.publishFailed += messages.length;
      throw new ResourceExhaustedError(
        `${sums.publishing} events wait for ${this.#connection.broker} to accept them, which is as many as are kept waiting.`,
        { retryAfter: 1_000 },
      );
    }
    sums.publishing += messages.length;
    let accepted = 0;
    let call: PublishCall | undefined;
    try {
      for (let at = 0; at < messages.length; at += batchSize) {
        const batch = messages.length <= batchSize ? messages : messages.slice(at, at + batchSize);
        const current = new PublishCall((reason) => this.#tellRefusal(reason, "for now"));
        call = current;
        const run = (): Promise<void> => this.#driver.publish(batch, current);
        await this.#withinLimits(
          options,
          timeout,
          isRepeated ? () => current.untilRefused(run) : run,
        );
        accepted += batch.length;
        sums.publishing -= batch.length;
        for (let index = at; index < accepted; index += 1) {
          const { envelope, event } = publications[index] as Publication;
          this.#observers.tell({ kind: "published", envelope, event });
        }
      }
    } catch (error) {
      call?.abort(error);
      sums.publishing -= messages.length - accepted;
      sums.publishFailed += messages.length - accepted;
      throw this.#explained(error, messages.length, call?.refusal);
    }
  }

  /** Within the options and the context of the call. */
  #withinLimits(
    { signal }: PublishOptions,
    timeout: number,
    run: () => Promise<void>,
  ): Promise<void> {
    const context = currentContext();
    const deadline = Math.min(Date.now() + timeout, context?.deadline ?? Number.POSITIVE_INFINITY);
    const around = context?.signal;
    if (signal === undefined || around === undefined) {
      return withinLimits({ deadline, signal: signal ?? around }, run);
    }
    // One within the other: Node 20 keeps what AbortSignal.any makes for as long as its sources live.
    return withinLimits({ deadline, signal }, () => withinLimits({ signal: around }, run));
  }

  #explained(
    error: unknown,
    count: number,
    refused: { readonly reason: unknown } | undefined,
  ): ServiceError {
    const what = `Publishing ${count === 1 ? "an event" : `${count} events`}`;
    const isLate = isServiceError(error, "deadline_exceeded");
    if (refused !== undefined && (isLate || error === refused.reason)) {
      const sentence = `${what}: the broker has no room for it, as when a queue is full. Subscriptions that have room may have it.`;
      const exhausted = new ResourceExhaustedError(sentence, {
        cause: refused.reason,
        retryAfter: 1_000,
      });
      return markRefusal(exhausted, "for now");
    }
    const wrapped = wrapDriverError(this.#driver, what, error);
    if (isFinal(error, this.#driver.errorCode(error))) {
      this.#tellRefusal(error, "for good");
      const words = error instanceof Error ? redactText(error.message) : "";
      const explained = createServiceError(
        wrapped.code,
        `${what}: the broker refused it: ${words}`,
        { cause: error, internalDetails: wrapped.internalDetails },
      );
      return markRefusal(explained, "for good");
    }
    if (!isLate) return wrapped;
    const { fault } = this.#connection;
    const doubt = "Some or all of it may have been accepted nevertheless.";
    return fault === undefined
      ? createServiceError("deadline_exceeded", `${what}: no answer in time. ${doubt}`, {
          cause: error,
        })
      : new UnavailableError(`${what}: ${fault.message} ${doubt}`, { cause: fault });
  }

  /** Logs the first of a series of refusals, which may concern thousands of events. */
  #tellRefusal(reason: unknown, refusal: Refusal): void {
    const now = performance.now();
    const isKnown = now - this.#refusedAt < quiet;
    this.#refusedAt = now;
    if (isKnown) return;
    const { broker } = this.#connection;
    if (refusal === "for good") {
      this.#logger?.error(`${broker} refuses events.`, { error: reason });
    } else {
      this.#logger?.warn(
        `${broker} has no room for some events, as when a queue is full; subscriptions that have room get them.`,
        { error: reason },
      );
    }
  }
}
