import type { Logger } from "@plinth/core";
import { UnimplementedError } from "@plinth/core/errors";
import type { MessagingDriver } from "../driver/messaging-driver.ts";
import type { AnyDomainEvent } from "../events/definition.ts";
import type { EventEnvelope } from "../events/envelope.ts";
import type { BusCounters, Observer } from "./observation.ts";

/** Options of an {@link EventBus}. */
export interface EventBusOptions {
  /** CloudEvents `source` of what is published: the name of the app. */
  readonly source: string;
  /** Absent: nothing is logged. */
  readonly logger?: Logger | undefined;
  /** The present, in milliseconds since 1970. Default: `Date.now`. */
  readonly clock?: (() => number) | undefined;
}

/** Options of `publish`. */
export interface PublishOptions {
  /** Gives up waiting. Default: the signal of the current context. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait for the broker at most. Default: 30,000, or less by the current deadline. */
  readonly timeout?: number | undefined;
}

/** Publishes events and delivers them to subscriptions; also the token under which apps bind it. */
export class EventBus {
  /**
   * @param driver such as `memoryMessaging()` or `rabbitMq({ url })`; it belongs to the bus from now on
   */
  constructor(_driver: MessagingDriver, _options: EventBusOptions) {
    throw new UnimplementedError("EventBus is being written.");
  }

  /** Name of the app, which stands in its events. */
  get source(): string {
    throw new UnimplementedError("EventBus is being written.");
  }

  /** Sums of what was done so far; a copy. */
  get counters(): BusCounters {
    throw new UnimplementedError("EventBus is being written.");
  }

  /** Connects the driver. Rejects with `unavailable` when the broker cannot be reached. */
  open(): Promise<void> {
    throw new UnimplementedError("EventBus is being written.");
  }

  /**
   * Publishes one event or several. Resolves when the broker has accepted all of them durably; rejects
   * with `unavailable` or `deadline_exceeded` when it is not known to have: any of them may arrive.
   */
  publish(
    _events: AnyDomainEvent | readonly AnyDomainEvent[],
    _options: PublishOptions = {},
  ): Promise<void> {
    throw new UnimplementedError("EventBus is being written.");
  }

  /**
   * Makes the envelope in which `publish` would send an event now: with a new id, the current time and
   * the current context. For whoever publishes it later, such as an outbox.
   */
  envelope(_event: AnyDomainEvent): EventEnvelope {
    throw new UnimplementedError("EventBus is being written.");
  }

  /** Publishes envelopes that were made before, as they are. Otherwise as `publish`. */
  publishEnvelopes(
    _envelopes: readonly EventEnvelope[],
    _options: PublishOptions = {},
  ): Promise<void> {
    throw new UnimplementedError("EventBus is being written.");
  }

  /** Tells an observer of everything from now on. Returns how to stop that. */
  observe(_observer: Observer): () => void {
    throw new UnimplementedError("EventBus is being written.");
  }

  /** Rejects when the broker cannot be used at the moment. */
  ping(_options: { signal?: AbortSignal } = {}): Promise<void> {
    throw new UnimplementedError("EventBus is being written.");
  }

  /** Takes no new deliveries; resolves when the handlers at work are done and settled. */
  drain(): Promise<void> {
    throw new UnimplementedError("EventBus is being written.");
  }

  /** Gives back the connection. What is being handled is delivered again elsewhere. Safe to repeat. */
  close(): Promise<void> {
    throw new UnimplementedError("EventBus is being written.");
  }
}
