import { endRequest, type Logger, type RequestContext, runWithContext } from "@plinth/core";
import {
  AbortedError,
  CancelledError,
  InvalidArgumentError,
  UnimplementedError,
} from "@plinth/core/errors";
import type { IncomingMessage } from "../driver/message.ts";
import type { DriverSubscription, MessagingDriver } from "../driver/messaging-driver.ts";
import type { Settlement } from "../driver/settlement.ts";
import { decodeEnvelope } from "../events/envelope-codec.ts";
import type { AnyDomainEvent } from "../events/event-definition.ts";
import type { EventEnvelope } from "../events/event-envelope.ts";
import { EventReviver } from "../events/revive-event.ts";
import type { SubscriptionDefinition } from "../subscriptions/define-subscription.ts";
import type { Delivery, EventHandler } from "../subscriptions/event-handler.ts";
import { correlationOf, DeliveryContext } from "./delivery-context.ts";
import { DeliveryRun, HandedDelivery } from "./delivery-run.ts";
import type { Observers } from "./observers.ts";
import { type AttemptOutcome, runAttempt } from "./run-attempt.ts";
import { Settlements } from "./settlements.ts";
import { wrapDriverError } from "./wrap-driver-error.ts";

/** What a consumer needs from its bus. */
export interface ConsumerParts {
  readonly driver: MessagingDriver;
  readonly observers: Observers;
  readonly logger: Logger | undefined;
  readonly clock: () => number;
  readonly newId: () => string;
  /** Throws if the bus takes no subscriptions. */
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

/** Consumes one subscription: reads messages, calls the handler, and settles them. */
export class Consumer {
  readonly #definition: SubscriptionDefinition;
  /** Begins messages. */
  readonly #what: string;
  readonly #handler: () => EventHandler<AnyDomainEvent>;
  readonly #parts: ConsumerParts;
  readonly #settlements: Settlements;
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
    this.#settlements = new Settlements(definition, parts);
    this.#revivers = new Map(
      [...definition.classes].map(([type, eventClass]) => [type, new EventReviver(eventClass)]),
    );
  }

  /** Begins to consume. Rejects with the code of the driver's error. */
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

  /** Takes nothing new. Resolves when the running handlers have ended and their events are settled. */
  async drain(): Promise<void> {
    await this.#subscription?.drain();
  }

  /** Aborts the signals of the running handlers. */
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

  /** The event in a message, or the settlement of a message that no handler gets. */
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
      if (reviver === undefined) return this.#settlements.skipped(message);
      const newer = reviver.newerThanKnown(envelope);
      if (newer !== undefined) return this.#settlements.deferred(message, newer);
      event = reviver.revive(envelope);
    } catch (error) {
      return isKnown
        ? this.#settlements.dead(message, undefined, error)
        : this.#settlements.skipped(message);
    }
    const lost = message.lostDeliveries ?? 0;
    if (lost >= maxLostDeliveries) {
      const sentence = `It was delivered ${lost} times to processes that ended before it was handled.`;
      return this.#settlements.dead(message, event, new AbortedError(sentence));
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

  /** In the context of the delivery. */
  #attempt(received: Received, run: DeliveryRun, context: RequestContext): Promise<Settlement> {
    const { clock, logger } = this.#parts;
    const { timeout } = this.#definition;
    const delivery = this.#deliveryOf(received, run);
    const begun = clock();
    this.#begin(received, run, delivery);
    return new Promise((resolve, reject) => {
      runAttempt({
        run,
        timeout,
        what: this.#what,
        logger,
        handle: () => this.#handler().handle(received.event, delivery),
        cleanUp: () => endRequest(context),
        ended: (outcome) => {
          try {
            resolve(this.#settle(received, delivery, outcome, clock() - begun));
          } catch (error) {
            // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- of the app's clock
            reject(error);
          } finally {
            this.#end(run);
          }
        },
      });
    });
  }

  #begin({ event }: Received, run: DeliveryRun, delivery: Delivery): void {
    const { observers } = this.#parts;
    this.#running.add(run);
    if (this.#stopped) this.abort();
    observers.sums.handling += 1;
    observers.tell({ kind: "delivered", delivery, event });
  }

  #end(run: DeliveryRun): void {
    this.#running.delete(run);
    this.#parts.observers.sums.handling -= 1;
  }

  #settle(
    { message, event }: Received,
    delivery: Delivery,
    outcome: AttemptOutcome,
    duration: number,
  ): Settlement {
    if (!outcome.failed) {
      this.#parts.observers.tell({ kind: "handled", delivery, event, duration });
      return done;
    }
    if (this.#stopped) return this.#settlements.released(message);
    const { error } = outcome;
    return this.#settlements.failed({ message, event, delivery, error, duration });
  }

  #deliveryOf({ envelope, message }: Received, run: DeliveryRun): Delivery {
    const facts = {
      id: envelope.id,
      source: envelope.source,
      type: envelope.type,
      key: envelope.subject,
      time: Date.parse(envelope.time),
      correlationId: correlationOf(envelope),
      attempt: message.attempt,
      redelivered: message.redelivered,
      subscription: this.#definition.name,
    };
    return new HandedDelivery(facts, run);
  }
}
