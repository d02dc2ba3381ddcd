import { type ErrorCode, isServiceError } from "@plinth/core/errors";

/** Whether a broker that refused an event may accept it later. */
export type Refusal = "for now" | "for good";

// A bundle may hold this module twice.
const refusalKey = Symbol.for("plinth.refusal");

/** Marks the error of a publish that the broker refused, for relays, and returns it. */
export function markRefusal<E extends Error>(error: E, refusal: Refusal): E {
  return Object.defineProperty(error, refusalKey, { value: refusal });
}

/** How the broker refused a publish; `undefined` if it did not, or if that is not known. */
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
 * Whether a driver's error is an answer of the broker that a retry would not change.
 *
 * @param raw The driver's error. A service error is about the driver itself.
 * @param code The code that the driver has for it.
 */
export function isFinal(raw: unknown, code: ErrorCode | undefined): boolean {
  return !isServiceError(raw) && code !== undefined && finalCodes.has(code);
}
