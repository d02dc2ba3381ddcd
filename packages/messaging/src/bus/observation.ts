import type { ErrorCode } from "@plinth/core/errors";
import type { DeadLetterReason } from "../driver/settlement.ts";
import type { AnyDomainEvent } from "../events/event-definition.ts";
import type { EventEnvelope } from "../events/event-envelope.ts";
import type { Delivery } from "../subscriptions/event-handler.ts";

/** Something that the bus did, told to observers at the moment. */
export type Observation =
  /** The broker has accepted it durably. `event` is there where it was published as one. */
  | {
      readonly kind: "published";
      readonly envelope: EventEnvelope;
      readonly event?: AnyDomainEvent | undefined;
    }
  /** A handler is about to be called. */
  | { readonly kind: "delivered"; readonly delivery: Delivery; readonly event: AnyDomainEvent }
  /** A handler is done with it. */
  | {
      readonly kind: "handled";
      readonly delivery: Delivery;
      readonly event: AnyDomainEvent;
      /** Milliseconds that the handler took. */
      readonly duration: number;
    }
  /** A handler failed, and the event comes again. */
  | {
      readonly kind: "retried";
      readonly delivery: Delivery;
      readonly event: AnyDomainEvent;
      readonly duration: number;
      readonly code: ErrorCode;
      readonly error: unknown;
      /** Milliseconds until it comes again, at least. */
      readonly delay: number;
    }
  /** It is of a version that is newer than the class, and comes again: another process may know it. */
  | {
      readonly kind: "deferred";
      readonly subscription: string;
      readonly id: string;
      readonly type: string;
      readonly error: unknown;
      /** Milliseconds until it comes again, at least. */
      readonly delay: number;
    }
  /** It went to the dead letters. `event` is absent where it could not be read. */
  | {
      readonly kind: "dead_lettered";
      readonly subscription: string;
      readonly id: string;
      readonly type: string;
      readonly event?: AnyDomainEvent | undefined;
      readonly reason: DeadLetterReason;
      readonly error?: unknown;
    }
  /** The subscription does not know its type. */
  | {
      readonly kind: "skipped";
      readonly subscription: string;
      readonly id: string;
      readonly type: string;
    }
  /** It was given back, because the app stops. */
  | { readonly kind: "released"; readonly subscription: string; readonly id: string };

/** What is told of everything that the bus does, synchronously. What it throws is logged and dropped. */
export type Observer = (observation: Observation) => void;

/** Sums since the bus was made. */
export interface BusCounters {
  /** Events that the broker has accepted. */
  readonly published: number;
  /** Events whose publishing was rejected; the broker may have some of them. */
  readonly publishFailed: number;
  /** Events that are being published: not confirmed and not rejected yet. */
  readonly publishing: number;
  readonly delivered: number;
  readonly handled: number;
  /** Deliveries that come again: of handlers that failed, and of events of a newer version. */
  readonly retried: number;
  readonly deadLettered: number;
  readonly skipped: number;
  readonly released: number;
  /** Deliveries that a handler has now. */
  readonly handling: number;
}
