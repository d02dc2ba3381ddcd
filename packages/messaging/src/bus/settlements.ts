import type { Logger } from "@plinth/core";
import type { IncomingMessage } from "../driver/message.ts";
import type { Settlement } from "../driver/settlement.ts";
import type { AnyDomainEvent } from "../events/event-definition.ts";
import type { SubscriptionDefinition } from "../subscriptions/define-subscription.ts";
import type { Delivery } from "../subscriptions/event-handler.ts";
import { codeOf, deadLetterReason, describeFailure } from "./describe-failure.ts";
import { type Observers, quietly } from "./observers.ts";

/** What {@link Settlements} need. */
export interface SettlementsParts {
  readonly observers: Observers;
  readonly logger: Logger | undefined;
  readonly clock: () => number;
}

/** An attempt that failed. */
export interface FailedAttempt {
  readonly message: IncomingMessage;
  readonly event: AnyDomainEvent;
  readonly delivery: Delivery;
  readonly error: unknown;
  /** Milliseconds that the handler took. */
  readonly duration: number;
}

/** Decides how a subscription settles messages that it has not handled; logs it and tells the observers. */
export class Settlements {
  readonly #definition: SubscriptionDefinition;
  readonly #parts: SettlementsParts;

  constructor(definition: SubscriptionDefinition, parts: SettlementsParts) {
    this.#definition = definition;
    this.#parts = parts;
  }

  /** A handler failed. */
  failed({ message, event, delivery, error, duration }: FailedAttempt): Settlement {
    const { observers, logger } = this.#parts;
    const delay = this.#delayAfter(message);
    if (delay === undefined || this.#givesUp(error)) return this.dead(message, event, error);
    const code = codeOf(error);
    quietly(() =>
      logger?.warn(`${this.#what} could not handle an event; it is redelivered.`, {
        ...this.#fields(message),
        delay,
        error,
      }),
    );
    observers.tell({ kind: "retried", delivery, event, duration, code, error, delay });
    return { kind: "retry", delay, reason: describeFailure(error) };
  }

  /** The app stops: the handler has not failed, and starts again elsewhere. */
  released({ id }: IncomingMessage): Settlement {
    this.#parts.observers.tell({ kind: "released", subscription: this.#definition.name, id });
    return { kind: "release" };
  }

  /**
   * Its version is newer than the class. During a deployment another process may know it, or replace this
   * one before the delays are used up.
   */
  deferred(message: IncomingMessage, error: unknown): Settlement {
    const { observers, logger } = this.#parts;
    const delay = this.#delayAfter(message);
    if (delay === undefined) return this.dead(message, undefined, error);
    quietly(() =>
      logger?.warn(`${this.#what} does not know this version yet; it is redelivered.`, {
        ...this.#fields(message),
        delay,
        error,
      }),
    );
    const { id, type } = message;
    const subscription = this.#definition.name;
    observers.tell({ kind: "deferred", subscription, id, type, error, delay });
    return { kind: "retry", delay, reason: describeFailure(error) };
  }

  /** No further attempt will be made. */
  dead(message: IncomingMessage, event: AnyDomainEvent | undefined, error: unknown): Settlement {
    const { observers, logger, clock } = this.#parts;
    const reason = deadLetterReason(error, message.attempt, clock());
    quietly(() =>
      logger?.error(`${this.#what} has a dead letter.`, { ...this.#fields(message), error }),
    );
    const { id, type } = message;
    const subscription = this.#definition.name;
    observers.tell({ kind: "dead_lettered", subscription, id, type, event, reason, error });
    return { kind: "dead", reason };
  }

  /** The subscription has no class of its type. */
  skipped(message: IncomingMessage): Settlement {
    const { observers, logger } = this.#parts;
    quietly(() =>
      logger?.warn(`${this.#what} skips an event of a type that it does not know.`, {
        ...this.#fields(message),
      }),
    );
    const { id, type } = message;
    observers.tell({ kind: "skipped", subscription: this.#definition.name, id, type });
    return { kind: "skip", reason: `${this.#what} does not know the type.` };
  }

  /** Begins messages. */
  get #what(): string {
    return `Subscription "${this.#definition.name}"`;
  }

  /** Milliseconds until the next attempt; `undefined` if there is none left. */
  #delayAfter({ attempt }: IncomingMessage): number | undefined {
    return this.#definition.delays[attempt - 1];
  }

  /** A policy that fails counts as `false`. */
  #givesUp(error: unknown): boolean {
    const { logger } = this.#parts;
    const { name, giveUp } = this.#definition;
    try {
      const answer: unknown = giveUp(error);
      if (!(answer instanceof Promise)) return Boolean(answer);
      // oxlint-disable-next-line promise/no-promise-in-callback -- its rejection would end the process
      answer.catch(() => undefined);
      throw new TypeError("It must return true or false, not a promise.");
    } catch (fault) {
      quietly(() =>
        logger?.error(`retry.giveUp of subscription "${name}" failed; it counts as false.`, {
          subscription: name,
          error: fault,
        }),
      );
      return false;
    }
  }

  #fields({ id, type, attempt }: IncomingMessage): Readonly<Record<string, unknown>> {
    return { subscription: this.#definition.name, eventId: id, eventType: type, attempt };
  }
}
