import type { AnyDomainEvent, DeadLetterReason, Delivery, EventEnvelope } from "@plinth/messaging";
import type { ObservedEvent } from "./event-set.ts";

/** An event that the broker has accepted. */
export interface PublishedEvent extends ObservedEvent {
  /** The envelope that it travels in. */
  readonly envelope: EventEnvelope;
}

/** An event that a handler was given. */
export interface DeliveredEvent extends ObservedEvent {
  readonly event: AnyDomainEvent;
  /** Name of the subscription. */
  readonly subscription: string;
  readonly delivery: Delivery;
}

/** An event whose handler failed, and which comes again. */
export interface RetriedEvent extends DeliveredEvent {
  /** What the handler rejected with. */
  readonly error: unknown;
  /** Milliseconds until it comes again, at least. */
  readonly delay: number;
}

/** An event that went to the dead letters. */
export interface DeadLetteredEvent extends ObservedEvent {
  /** Name of the subscription. */
  readonly subscription: string;
  readonly reason: DeadLetterReason;
  /** What the handler rejected with last. Absent: no handler was asked. */
  readonly error?: unknown;
}

/** An event whose type the subscription did not know. */
export interface SkippedEvent extends ObservedEvent {
  /** Name of the subscription. */
  readonly subscription: string;
}
