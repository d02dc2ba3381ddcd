import { type ErrorCode, isServiceError } from "@plinth/core/errors";

/** Whether a broker that refused an event may accept it later. */
export type Refusal = "for now" | "for good";

// A bundle may hold this module twice.
const refusalKey = Symbol.for("plinth.refusal");

/** Marks the error of a publish that the broker itself has refused, for relays. Returns the error. */
export function markRefusal<E extends Error>(error: E, refusal: Refusal): E {
  return Object.defineProperty(error, refusalKey, { value: refusal });
}

/** How the broker refused what was published. Absent: it did not, or that is not known. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof Error)) return undefined;
  return (error as { [refusalKey]?: Refusal })[refusalKey];
}

const finalCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "failed_precondition",
  "invalid_argument",
  "not_found",
  "permission_denied",
  "unimplemented",
]);

/**
 * Whether a driver's error is the broker's answer to a message, which will be the same next time.
 *
 * @param raw what the driver rejected with; service errors speak of the driver itself
 * @param code of the driver for it
 */
export function isFinal(raw: unknown, code: ErrorCode | undefined): boolean {
  return !isServiceError(raw) && code !== undefined && finalCodes.has(code);
}
