import type { AnyDomainEvent } from "../events/event-definition.ts";

/** One delivery of an event to a handler. */
export interface Delivery {
  /** The event's id: the same however often it is delivered. */
  readonly id: string;
  /** The app that published it. Together with `id` it is unique in the whole system. */
  readonly source: string;
  /** Name of the event. */
  readonly type: string;
  /** The key that orders it. Absent: it has none. */
  readonly key?: string | undefined;
  /** When the event was made, in milliseconds since 1970. */
  readonly time: number;
  /** The request id of the request that published it. Absent: the publisher named none. */
  readonly correlationId?: string | undefined;
  /** 1 for the first attempt, one more after each failure. */
  readonly attempt: number;
  /** Whether a handler may have had it before. */
  readonly redelivered: boolean;
  /** Name of the subscription. */
  readonly subscription: string;
  /** Aborted when the timeout is over, or when the app stops and its time for that is over. */
  readonly signal: AbortSignal;
}

/** Handles the events of a subscription. */
export interface EventHandler<E extends AnyDomainEvent> {
  /**
   * Handles an event. It may be called more than once for one event. If it throws or rejects, the event is
   * redelivered by the subscription's {@link RetryPolicy}.
   */
  // Not a method, so that a handler that knows only some of the events does not fit.
  readonly handle: (event: E, delivery: Delivery) => Promise<void> | void;
}
