import type { ErrorCode } from "@plinth/core/errors";

/** Why a message is a dead letter. For operators: no secrets and no stack. */
export interface DeadLetterReason {
  /** The code of the error. */
  readonly code: ErrorCode;
  /** One sentence, at most 1,000 characters. */
  readonly message: string;
  /** How many attempts there were; 0 if the broker does not know. */
  readonly attempts: number;
  /** When it happened, in milliseconds since 1970. */
  readonly at: number;
}

/**
 * How a delivery ends. The driver removes the message only after it was handled, or is stored durably in its
 * new place.
 *
 * - `done`: it was handled.
 * - `retry`: it is redelivered after `delay` milliseconds (one of the definition's `retryDelays`), not
 *   earlier, with `attempt` one higher. The broker keeps it meanwhile and, unless the subscription is
 *   ordered, it takes no slot of the consumer.
 * - `dead`: it goes to the dead letters of the subscription, with the reason.
 * - `skip`: it goes to the skipped letters of the subscription, which does not know its type.
 * - `release`: it goes back at once, as if it had not been delivered. `attempt` stays the same.
 */
export type Settlement =
  | { readonly kind: "done" }
  | { readonly kind: "retry"; readonly delay: number; readonly reason: string }
  | { readonly kind: "dead"; readonly reason: DeadLetterReason }
  | { readonly kind: "skip"; readonly reason: string }
  | { readonly kind: "release" };
