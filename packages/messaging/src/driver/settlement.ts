import type { ErrorCode } from "@plinth/core/errors";

/** Why a message is a dead letter. It holds no secrets and no stack: operators see it. */
export interface DeadLetterReason {
  /** The code of what went wrong. */
  readonly code: ErrorCode;
  /** One sentence, at most 1,000 characters. */
  readonly message: string;
  /** How many attempts there were; 0 where the broker does not know. */
  readonly attempts: number;
  /** When it happened, in milliseconds since 1970. */
  readonly at: number;
}

/**
 * What becomes of one delivery. The driver forgets the message only when it is where it belongs: done
 * and acknowledged, or stored durably in the other place that is named here.
 *
 * - `done`: it is handled.
 * - `retry`: it comes again after `delay` milliseconds (one of the definition's `retryDelays`), not
 *   earlier, with `attempt` one higher. The broker keeps it meanwhile and, unless the subscription is
 *   ordered, it holds no slot of the consumer.
 * - `dead`: it goes to the dead letters of the subscription, with the reason.
 * - `skip`: it goes to the skipped letters of the subscription: nobody there knows its type.
 * - `release`: it goes back at once, as if it had not been delivered: `attempt` stays what it is.
 */
export type Settlement =
  | { readonly kind: "done" }
  | { readonly kind: "retry"; readonly delay: number; readonly reason: string }
  | { readonly kind: "dead"; readonly reason: DeadLetterReason }
  | { readonly kind: "skip"; readonly reason: string }
  | { readonly kind: "release" };
