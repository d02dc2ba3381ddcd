import type { ErrorCode } from "@plinth/core/errors";
import type { DeadLetterReason } from "../driver/settlement.ts";
import type { AnyDomainEvent } from "../events/event-definition.ts";
import type { EventEnvelope } from "../events/event-envelope.ts";
import type { Delivery } from "../subscriptions/event-handler.ts";

/** Something that the bus did. Observers get it at once. */
export type Observation =
  /** The broker has accepted it durably. `event` is absent if it was published as an envelope. */
  | {
      readonly kind: "published";
      readonly envelope: EventEnvelope;
      readonly event?: AnyDomainEvent | undefined;
    }
  /** A handler is about to be called. */
  | { readonly kind: "delivered"; readonly delivery: Delivery; readonly event: AnyDomainEvent }
  /** A handler has handled it. */
  | {
      readonly kind: "handled";
      readonly delivery: Delivery;
      readonly event: AnyDomainEvent;
      /** Milliseconds that the handler took. */
      readonly duration: number;
    }
  /** A handler failed, and the event will be redelivered. */
  | {
      readonly kind: "retried";
      readonly delivery: Delivery;
      readonly event: AnyDomainEvent;
      readonly duration: number;
      readonly code: ErrorCode;
      readonly error: unknown;
      /** Milliseconds until it is redelivered, at least. */
      readonly delay: number;
    }
  /** Its version is newer than the class. It will be redelivered: another process may know the version. */
  | {
      readonly kind: "deferred";
      readonly subscription: string;
      readonly id: string;
      readonly type: string;
      readonly error: unknown;
      /** Milliseconds until it is redelivered, at least. */
      readonly delay: number;
    }
  /** It went to the dead letters. `event` is absent if it could not be read. */
  | {
      readonly kind: "dead_lettered";
      readonly subscription: string;
      readonly id: string;
      readonly type: string;
      readonly event?: AnyDomainEvent | undefined;
      readonly reason: DeadLetterReason;
      readonly error?: unknown;
    }
  /** The subscription does not know its type. It went to the skipped letters. */
  | {
      readonly kind: "skipped";
      readonly subscription: string;
      readonly id: string;
      readonly type: string;
    }
  /** It was given back because the app stops. */
  | { readonly kind: "released"; readonly subscription: string; readonly id: string };

/** Gets everything that the bus does, synchronously. Its errors are logged and dropped. */
export type Observer = (observation: Observation) => void;

/** Sums since the bus was made. */
export interface BusCounters {
  /** Events that the broker has accepted. */
  readonly published: number;
  /** Events whose publishing rejected. The broker may have accepted some of them. */
  readonly publishFailed: number;
  /** Events that are being published now: neither confirmed nor rejected. */
  readonly publishing: number;
  readonly delivered: number;
  readonly handled: number;
  /** Deliveries that will be redelivered: failed handlers, and events of a newer version. */
  readonly retried: number;
  readonly deadLettered: number;
  readonly skipped: number;
  readonly released: number;
  /** Deliveries that a handler is handling now. */
  readonly handling: number;
}
