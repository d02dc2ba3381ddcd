import { endRequest, type Logger, type RequestContext, runWithContext } from "@plinth/core";
import {
  AbortedError,
  CancelledError,
  InvalidArgumentError,
  type ServiceError,
  UnimplementedError,
} from "@plinth/core/errors";
import type { IncomingMessage } from "../driver/message.ts";
import type { DriverSubscription, MessagingDriver } from "../driver/messaging-driver.ts";
import type { Settlement } from "../driver/settlement.ts";
import type { AnyDomainEvent } from "../events/event-definition.ts";
import { decodeEnvelope } from "../events/envelope-codec.ts";
import type { EventEnvelope } from "../events/event-envelope.ts";
import { EventReviver } from "../events/revive-event.ts";
import type { SubscriptionDefinition } from "../subscriptions/define-subscription.ts";
import type { Delivery, EventHandler } from "../subscriptions/event-handler.ts";
import { correlationOf, DeliveryContext } from "./delivery-context.ts";
import { DeliveryRun, HandedDelivery } from "./delivery-run.ts";
import { codeOf, deadLetterReason, describeFailure } from "./describe-failure.ts";
import { type Observers, quietly } from "./observers.ts";
import { type AttemptOutcome, runAttempt } from "./run-attempt.ts";
import { wrapDriverError } from "./wrap-driver-error.ts";

/** What a consumer needs of its bus. */
export interface ConsumerParts {
  readonly driver: MessagingDriver;
  readonly observers: Observers;
  readonly logger: Logger | undefined;
  readonly clock: () => number;
  readonly newId: () => string;
  /** Throws when the bus takes no subscriptions. */
  readonly checkOpen: () => void;
}

/**
 * How often a message may be delivered and never settled before it becomes a dead letter unseen: it is
 * taken to be what ends the process.
 */
const maxLostDeliveries = 20;

interface Received {
  readonly envelope: EventEnvelope;
  readonly event: AnyDomainEvent;
  readonly message: IncomingMessage;
}

const done: Settlement = { kind: "done" };

/** Consumes one subscription: reads, hands over to the handler, and decides what becomes of it. */
export class Consumer {
  readonly #definition: SubscriptionDefinition;
  /** Begins messages. */
  readonly #what: string;
  readonly #handler: () => EventHandler<AnyDomainEvent>;
  readonly #parts: ConsumerParts;
  readonly #revivers: ReadonlyMap<string, EventReviver>;
  readonly #running = new Set<DeliveryRun>();
  #subscription: DriverSubscription | undefined;
  #stopped = false;

  constructor(
    definition: SubscriptionDefinition,
    handler: () => EventHandler<AnyDomainEvent>,
    parts: ConsumerParts,
  ) {
    this.#definition = definition;
    this.#what = `The handler of subscription "${definition.name}"`;
    this.#handler = handler;
    this.#parts = parts;
    this.#revivers = new Map(
      [...definition.classes].map(([type, eventClass]) => [type, new EventReviver(eventClass)]),
    );
  }

  get name(): string {
    return this.#definition.name;
  }

  /** Begins to consume. Rejects with the code of what the driver rejected with. */
  async start(): Promise<void> {
    const { name, classes, concurrency, ordered, delays } = this.#definition;
    const { driver } = this.#parts;
    if (ordered && !driver.capabilities.ordered) {
      throw new UnimplementedError(
        `Subscription "${name}" is ordered, and ${driver.name} keeps no order.`,
      );
    }
    this.#parts.checkOpen();
    const definition = {
      name,
      types: [...classes.keys()],
      concurrency,
      ordered,
      retryDelays: delays,
    };
    try {
      this.#subscription = await driver.subscribe(definition, (message) => this.#receive(message));
    } catch (error) {
      throw wrapDriverError(driver, `Subscription "${name}"`, error);
    }
    if (this.#stopped) await this.#subscription.close();
  }

  /** Takes nothing new; resolves when the handlers at work are done and settled. */
  async drain(): Promise<void> {
    await this.#subscription?.drain();
  }

  /** Tells the handlers at work that nobody waits for them any more. */
  abort(): void {
    this.#stopped = true;
    for (const run of this.#running) {
      run.abort(new CancelledError("The app stops and waits no longer for the handler."));
    }
  }

  /** Gives back what is not settled. */
  async close(): Promise<void> {
    this.abort();
    await this.#subscription?.close();
  }

  #receive(message: IncomingMessage): Promise<Settlement> {
    const read = this.#read(message);
    return "kind" in read ? Promise.resolve(read) : this.#handle(read);
  }

  /** The event in a message, or what becomes of one that is not to be handled. */
  #read(message: IncomingMessage): Received | Settlement {
    let envelope: EventEnvelope;
    let event: AnyDomainEvent;
    const isKnown = this.#revivers.has(message.type);
    try {
      if (message.unreadable !== undefined) throw new InvalidArgumentError(message.unreadable);
      envelope = decodeEnvelope(message.body);
      if (isKnown && envelope.type !== message.type) {
        throw new InvalidArgumentError("The envelope names another type than the message.");
      }
      // The messages of other publishers may name something else, or nothing: the envelope counts.
      const reviver = this.#revivers.get(envelope.type);
      if (reviver === undefined) return this.#skip(message);
      const newer = reviver.newerThanKnown(envelope);
      if (newer !== undefined) return this.#defer(message, newer);
      event = reviver.revive(envelope);
    } catch (error) {
      return isKnown ? this.#bury(message, undefined, error) : this.#skip(message);
    }
    const lost = message.lostDeliveries ?? 0;
    if (lost >= maxLostDeliveries) {
      const sentence = `It was delivered ${lost} times to processes that ended before it was handled.`;
      return this.#bury(message, event, new AbortedError(sentence));
    }
    return { envelope, event, message };
  }

  #handle(received: Received): Promise<Settlement> {
    const { logger, newId } = this.#parts;
    const run = new DeliveryRun();
    const limits = { deadline: Date.now() + this.#definition.timeout, run };
    const context = new DeliveryContext(received.envelope, limits, newId, logger);
    return runWithContext(context, () => this.#attempt(received, run, context));
  }

  #attempt(
    { envelope, event, message }: Received,
    run: DeliveryRun,
    context: RequestContext,
  ): Promise<Settlement> {
    const { observers, clock, logger } = this.#parts;
    const delivery = this.#deliveryOf(envelope, message, run);
    this.#running.add(run);
    if (this.#stopped) this.abort();
    observers.sums.handling += 1;
    const begun = clock();
    observers.tell({ kind: "delivered", delivery, event });
    return new Promise((resolve, reject) => {
      const settle = (outcome: AttemptOutcome): Settlement => {
        const duration = clock() - begun;
        if (outcome.failed) return this.#failed(message, delivery, event, outcome.error, duration);
        observers.tell({ kind: "handled", delivery, event, duration });
        return done;
      };
      runAttempt({
        run,
        timeout: this.#definition.timeout,
        what: this.#what,
        logger,
        handle: () => this.#handler().handle(event, delivery),
        cleanUp: () => endRequest(context),
        ended: (outcome) => {
          try {
            resolve(settle(outcome));
          } catch (error) {
            // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- whatever was thrown
            reject(error);
          } finally {
            this.#running.delete(run);
            observers.sums.handling -= 1;
          }
        },
      });
    });
  }

  #deliveryOf(envelope: EventEnvelope, message: IncomingMessage, run: DeliveryRun): Delivery {
    const facts = {
      id: envelope.id,
      source: envelope.source,
      type: envelope.type,
      key: envelope.subject,
      time: Date.parse(envelope.time),
      correlationId: correlationOf(envelope),
      attempt: message.attempt,
      redelivered: message.redelivered,
      subscription: this.name,
    };
    return new HandedDelivery(facts, run);
  }

  #failed(
    message: IncomingMessage,
    delivery: Delivery,
    event: AnyDomainEvent,
    error: unknown,
    duration: number,
  ): Settlement {
    const { observers, logger } = this.#parts;
    // A handler that was told to stop has not failed; where it runs next, it begins anew.
    if (this.#stopped) {
      observers.tell({ kind: "released", subscription: this.name, id: message.id });
      return { kind: "release" };
    }
    const delay = this.#delayAfter(message);
    if (delay === undefined || this.#givesUp(error)) {
      return this.#bury(message, event, error);
    }
    const code = codeOf(error);
    quietly(() =>
      logger?.warn(`Subscription "${this.name}" could not handle an event; it comes again.`, {
        ...this.#fields(message),
        delay,
        error,
      }),
    );
    observers.tell({ kind: "retried", delivery, event, duration, code, error, delay });
    return { kind: "retry", delay, reason: describeFailure(error) };
  }

  /** Milliseconds until the next attempt; `undefined` where there is none left. */
  #delayAfter({ attempt }: IncomingMessage): number | undefined {
    return this.#definition.delays[attempt - 1];
  }

  /** A policy that fails says nothing: the delays hold, as if there were none. */
  #givesUp(error: unknown): boolean {
    const { logger } = this.#parts;
    try {
      const answer: unknown = this.#definition.giveUp(error);
      if (!(answer instanceof Promise)) return Boolean(answer);
      // oxlint-disable-next-line promise/no-promise-in-callback -- its rejection would end the process
      answer.catch(() => undefined);
      throw new TypeError("It must return true or false, not a promise.");
    } catch (fault) {
      quietly(() =>
        logger?.error(`retry.giveUp of subscription "${this.name}" failed; it counts as false.`, {
          subscription: this.name,
          error: fault,
        }),
      );
      return false;
    }
  }

  /**
   * While a newer version is being deployed, another process may know the event, or this one may be
   * replaced before the delays are over. Then it is a dead letter as before.
   */
  #defer(message: IncomingMessage, error: ServiceError): Settlement {
    const { observers, logger } = this.#parts;
    const delay = this.#delayAfter(message);
    if (delay === undefined) return this.#bury(message, undefined, error);
    quietly(() =>
      logger?.warn(`Subscription "${this.name}" does not know this version yet; it comes again.`, {
        ...this.#fields(message),
        delay,
        error,
      }),
    );
    const { id, type } = message;
    observers.tell({ kind: "deferred", subscription: this.name, id, type, error, delay });
    return { kind: "retry", delay, reason: describeFailure(error) };
  }

  #bury(message: IncomingMessage, event: AnyDomainEvent | undefined, error: unknown): Settlement {
    const { observers, logger, clock } = this.#parts;
    const reason = deadLetterReason(error, message.attempt, clock());
    quietly(() =>
      logger?.error(`Subscription "${this.name}" has a dead letter.`, {
        ...this.#fields(message),
        error,
      }),
    );
    observers.tell({
      kind: "dead_lettered",
      subscription: this.name,
      id: message.id,
      type: message.type,
      event,
      reason,
      error,
    });
    return { kind: "dead", reason };
  }

  #skip(message: IncomingMessage): Settlement {
    const { observers, logger } = this.#parts;
    quietly(() =>
      logger?.warn(`Subscription "${this.name}" skips an event of a type that it does not know.`, {
        ...this.#fields(message),
      }),
    );
    const { id, type } = message;
    observers.tell({ kind: "skipped", subscription: this.name, id, type });
    return { kind: "skip", reason: `Subscription "${this.name}" does not know the type.` };
  }

  #fields({ id, type, attempt }: IncomingMessage): Readonly<Record<string, unknown>> {
    return { subscription: this.name, eventId: id, eventType: type, attempt };
  }
}
