import type { AnyDomainEvent } from "../events/event-definition.ts";

/** What is known of one delivery of an event to one handler. */
export interface Delivery {
  /** The event's id: the same however often it is delivered. */
  readonly id: string;
  /** The app that published it. Together with `id` it is unique in the whole system. */
  readonly source: string;
  /** Name of the event. */
  readonly type: string;
  /** What orders it. Absent: nothing. */
  readonly key?: string | undefined;
  /** When the event was made, in milliseconds since 1970. */
  readonly time: number;
  /** Request id of the request that the event arose in. Absent: the publisher did not say. */
  readonly correlationId?: string | undefined;
  /** 1 for the first, counting the failures before it. */
  readonly attempt: number;
  /** Whether a handler may have been given it before. */
  readonly redelivered: boolean;
  /** Name of the subscription. */
  readonly subscription: string;
  /** Aborted when the time limit is over, or the app's time to stop: nobody waits any more. */
  readonly signal: AbortSignal;
}

/** Handles the events of a subscription. */
export interface EventHandler<E extends AnyDomainEvent> {
  /**
   * Does what the event asks for; may be called more than once for one event. When it rejects, the
   * event comes again by the subscription's retry policy, unless the error's code says that it is in
   * vain; see the policy.
   */
  // Not a method, so that a handler that knows some of the events only does not fit.
  readonly handle: (event: E, delivery: Delivery) => Promise<void> | void;
}
