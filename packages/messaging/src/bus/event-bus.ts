import { randomUUID } from "node:crypto";
import type { Logger } from "@plinth/core";
import { withinLimits } from "@plinth/core/transport";
import { DeclarationError, FailedPreconditionError, UnavailableError } from "@plinth/core/errors";
import { wholeNumberFault } from "@plinth/support/numbers";
import { presentable } from "@plinth/support/presentable";
import type { MessagingDriver } from "../driver/messaging-driver.ts";
import type { AnyDomainEvent, AnyDomainEventClass } from "../events/event-definition.ts";
import { checkEnvelope } from "../events/check-envelope.ts";
import type { EventEnvelope } from "../events/event-envelope.ts";
import {
  type ConsumeOptions,
  defineSubscription,
  type SubscriptionDefinition,
} from "../subscriptions/define-subscription.ts";
import type { EventHandler } from "../subscriptions/event-handler.ts";
import { Connection } from "./connection.ts";
import { Consumer } from "./consumer.ts";
import { DeadLetters } from "./dead-letters.ts";
import { makeEnvelope } from "./make-envelope.ts";
import type { BusCounters, Observer } from "./observation.ts";
import { Observers } from "./observers.ts";
import { Publisher, type PublishOptions } from "./publisher.ts";
import { wrapDriverError } from "./wrap-driver-error.ts";

/** Options of an {@link EventBus}. */
export interface EventBusOptions {
  /** The CloudEvents `source` of its events: the name of the app, up to 128 characters. */
  readonly source: string;
  /** Default: nothing is logged. */
  readonly logger?: Logger | undefined;
  /** The present, in milliseconds since 1970, for the times of events. Default: `Date.now`. */
  readonly clock?: (() => number) | undefined;
  /** Makes the ids of events. Default: random UUIDs. */
  readonly newId?: (() => string) | undefined;
  /**
   * How many events may wait for the broker at once; further ones reject with `resource_exhausted`, so
   * that memory stays bounded while the broker is away. Default: 10,000.
   */
  readonly maxPublishing?: number | undefined;
}

/** A running subscription; see {@link EventBus.subscribe}. */
export interface BusSubscription {
  /** Takes nothing new. Resolves when the running handlers have ended and their events are settled. */
  drain(): Promise<void>;
  /** Ends it: aborts the signals of running handlers, whose events are redelivered. */
  close(): Promise<void>;
}

/** Options of `drain` and `ping`. */
export interface DrainOptions {
  /** Aborted when the time is over: then the signals of running handlers are aborted. Default: no limit. */
  readonly signal?: AbortSignal | undefined;
}

/** Publishes events and delivers them to subscriptions. Also the token under which apps bind it. */
export class EventBus {
  static {
    // Tells the check of an app's bindings how it is bound.
    Object.defineProperty(this, Symbol.for("plinth.binding"), {
      value: (): string => "bindEventBus(...)",
    });
  }

  readonly #driver: MessagingDriver;
  readonly #options: EventBusOptions;
  readonly #clock: () => number;
  readonly #newId: () => string;
  readonly #observers: Observers;
  readonly #connection: Connection;
  readonly #publisher: Publisher;
  readonly #consumers = new Set<Consumer>();
  #opening: Promise<void> | undefined;
  #isOpen = false;
  #isDraining = false;
  #closed: Promise<void> | undefined;

  /**
   * Throws a `DeclarationError` if the source or an option is not valid.
   *
   * @param driver Such as `memoryMessaging()`. The bus opens and closes it.
   */
  constructor(driver: MessagingDriver, options: EventBusOptions) {
    const { source, logger, maxPublishing = 10_000 } = options;
    if (!/^[\x21-\x7e]{1,128}$/.test(source)) {
      throw new DeclarationError(
        `The source of events must be 1 to 128 characters of ASCII without spaces, and is ${JSON.stringify(source)}: it is the name of the app.`,
      );
    }
    const fault = wholeNumberFault("EventBus: maxPublishing", maxPublishing, { min: 1 });
    if (fault !== undefined) throw new DeclarationError(fault);
    this.#driver = driver;
    this.#options = options;
    this.#clock = options.clock ?? Date.now;
    this.#newId = options.newId ?? randomUUID;
    this.#observers = new Observers(logger);
    this.#connection = new Connection(driver, logger);
    this.#publisher = new Publisher(
      driver,
      this.#connection,
      this.#observers,
      logger,
      maxPublishing,
    );
    this.deadLetters = new DeadLetters(driver, "dead");
    this.skippedLetters = new DeadLetters(driver, "skipped");
  }

  /** Events that subscriptions could not handle. */
  readonly deadLetters: DeadLetters;
  /** Events whose type their subscription did not know. */
  readonly skippedLetters: DeadLetters;

  /** The CloudEvents `source` of its events: the name of the app. */
  get source(): string {
    return this.#options.source;
  }

  /** The driver, for code that needs its broker's own features. */
  get driver(): MessagingDriver {
    return this.#driver;
  }

  /** Sums since it was made; a copy. */
  get counters(): BusCounters {
    return { ...this.#observers.sums };
  }

  /**
   * Connects the driver. Rejects with `unavailable` if the broker cannot be reached, after which it may be
   * called again, and with `failed_precondition` if the bus is open or closed.
   */
  async open(): Promise<void> {
    if (this.#closed !== undefined) throw closedError();
    if (this.#opening !== undefined) {
      throw new FailedPreconditionError("The event bus is open already.");
    }
    this.#opening = this.#open();
    try {
      await this.#opening;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  async #open(): Promise<void> {
    const { logger, source } = this.#options;
    try {
      await this.#driver.open({
        name: source,
        onConnection: (state) => this.#connection.changed(state),
        onError: (error) => logger?.error(`${this.#connection.broker} reports a fault.`, { error }),
      });
    } catch (error) {
      const wrapped = wrapDriverError(this.#driver, "EventBus", error);
      if (!(wrapped instanceof UnavailableError)) throw wrapped;
      throw presentable(
        new UnavailableError(
          `EventBus: ${this.#connection.broker} cannot be reached; is it running?`,
          { cause: error },
        ),
      );
    }
    // It was closed meanwhile, and that call of `close` closes what was opened.
    if (this.#closed !== undefined) throw closedError();
    this.#isOpen = true;
    this.#publisher.open();
  }

  /**
   * Publishes one event or several; events of one key in the order of the list. Resolves when the broker
   * has accepted all of them durably. Rejects with
   *
   * - `unavailable` or `deadline_exceeded` if that is not known: any of them may arrive;
   * - `resource_exhausted` if too many events wait already, see `maxPublishing`: none was sent; or if a
   *   queue stayed full until the timeout: any of them may arrive at subscriptions with room;
   * - `invalid_argument` if one is not an event, or larger than 1,000,000 bytes: none was sent; or if one
   *   is larger than the broker accepts;
   * - `internal` with the broker's words if it refuses one, as for a missing permission;
   * - `failed_precondition` before `open` and after `close`.
   */
  async publish(
    events: AnyDomainEvent | readonly AnyDomainEvent[],
    options: PublishOptions = {},
  ): Promise<void> {
    const list = Array.isArray(events) ? (events as readonly AnyDomainEvent[]) : [events];
    const publications = list.map((event) => ({
      event: event as AnyDomainEvent,
      // Checked when it is encoded.
      envelope: this.#envelope(event as AnyDomainEvent),
    }));
    // Awaited: an async function that returns a promise waits for it two ticks longer.
    await this.#publisher.publish(publications, options);
  }

  /**
   * Makes the envelope that `publish` would send for an event now: with a new id, the current time and
   * the current context. For code that publishes it later, such as an outbox. All of it is JSON.
   *
   * Throws `invalid_argument` if it could not be published, as for an id or a time that is not valid.
   * A trace or request id from the context is cut or left out if it is too long.
   */
  envelope(event: AnyDomainEvent): EventEnvelope {
    return checkEnvelope(this.#envelope(event));
  }

  #envelope(event: AnyDomainEvent): EventEnvelope {
    return makeEnvelope(event, this.#newId(), this.source, this.#clock());
  }

  /**
   * Publishes envelopes unchanged. Otherwise as `publish`, but if a queue is full it rejects with
   * `resource_exhausted` at once: callers that keep envelopes retry by themselves.
   */
  async publishEnvelopes(
    envelopes: readonly EventEnvelope[],
    options: PublishOptions = {},
  ): Promise<void> {
    await this.#publisher.publish(
      envelopes.map((envelope) => ({ envelope })),
      options,
      true,
    );
  }

  /**
   * Consumes a subscription. Apps use the binding `bindSubscription(...)`, which calls it at the start.
   *
   * Rejects with a `DeclarationError` if the name or an option is not valid, with `unimplemented` if it is
   * ordered and the driver keeps no order, and with `failed_precondition` if the broker has the subscription in
   * another form, before `open`, and once the bus drains or is closed.
   *
   * @param name See `bindSubscription`.
   */
  async subscribe<const C extends readonly AnyDomainEventClass[]>(
    name: string,
    options: ConsumeOptions<C> & { readonly handler: EventHandler<InstanceType<C[number]>> },
  ): Promise<BusSubscription> {
    const handler = options.handler as unknown as EventHandler<AnyDomainEvent>;
    return this.consume(defineSubscription(name, options), () => handler);
  }

  /** As {@link EventBus.subscribe}, for a checked definition. Gets the handler for each delivery. */
  async consume(
    definition: SubscriptionDefinition,
    handler: () => EventHandler<AnyDomainEvent>,
  ): Promise<BusSubscription> {
    const consumer = new Consumer(definition, handler, {
      driver: this.#driver,
      observers: this.#observers,
      logger: this.#options.logger,
      clock: this.#clock,
      newId: this.#newId,
      checkOpen: () => this.#checkOpen(),
    });
    this.#consumers.add(consumer);
    try {
      await consumer.start();
    } catch (error) {
      this.#consumers.delete(consumer);
      throw error;
    }
    return {
      drain: () => consumer.drain(),
      close: async () => {
        this.#consumers.delete(consumer);
        await consumer.close();
      },
    };
  }

  /** Passes everything that the bus does to an observer. Returns a function that removes the observer. */
  observe(observer: Observer): () => void {
    return this.#observers.add(observer);
  }

  /** Rejects with `unavailable` if the broker cannot be used at the moment. */
  async ping({ signal }: DrainOptions = {}): Promise<void> {
    const { fault } = this.#connection;
    if (fault !== undefined) throw fault;
    try {
      await withinLimits({ signal }, async () => this.#driver.ping?.({ signal }));
    } catch (error) {
      throw wrapDriverError(this.#driver, "EventBus", error);
    }
  }

  /**
   * Takes no new deliveries. Resolves when the running handlers have ended and their events are settled. If
   * `signal` is aborted first, the signals of the handlers are, too, and `close` gives back their events.
   */
  async drain({ signal }: DrainOptions = {}): Promise<void> {
    this.#isDraining = true;
    const abort = (): void => {
      for (const consumer of this.#consumers) consumer.abort();
    };
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted === true) abort();
    try {
      await Promise.all([...this.#consumers].map((consumer) => consumer.drain()));
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Closes the connection. Events that are being handled are redelivered. Safe to repeat. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  #checkOpen(): void {
    if (this.#closed !== undefined) throw closedError();
    if (this.#isDraining) {
      throw new FailedPreconditionError("The event bus drains: it begins no new subscription.");
    }
    if (!this.#isOpen) {
      throw new FailedPreconditionError(
        "The event bus is not open yet: subscribe once it has been opened.",
      );
    }
  }

  async #close(): Promise<void> {
    this.#publisher.close();
    await this.#opening?.catch(() => undefined);
    await Promise.allSettled([...this.#consumers].map((consumer) => consumer.close()));
    this.#consumers.clear();
    await this.#driver.close();
  }
}

function closedError(): FailedPreconditionError {
  return new FailedPreconditionError("The event bus is closed: the app has stopped.");
}
