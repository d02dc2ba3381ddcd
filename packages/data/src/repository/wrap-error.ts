import { type ErrorCode, isServiceError, type ServiceError } from "@plinth/core/errors";
import { ClosedError } from "../driver/closed-error.ts";
import type { Driver } from "../driver/driver.ts";
import { callError } from "./call-error.ts";
import { closedError } from "./lifetime.ts";

const sentences: Partial<Record<ErrorCode, string>> = {
  cancelled: "The request was cancelled.",
  deadline_exceeded: "The database did not answer in time.",
  unavailable: "The database cannot be reached or does not answer.",
  resource_exhausted: "The database has no capacity left for the request.",
  aborted: "The request met a concurrent change in each attempt.",
  data_loss: "The database reports damaged data.",
  unimplemented: "The database does not offer what was asked for.",
};

// About the service's own standing with its database; see below.
const refusals: Partial<Record<ErrorCode, string>> = {
  unauthenticated: "The database does not accept the service's credentials.",
  permission_denied: "The service lacks a right in the database.",
};

// Both were repeated in vain by now, and all a caller can do is to come again later. To callers,
// `aborted` means a stale revision and nothing else.
const passing: ReadonlySet<ErrorCode> = new Set(["resource_exhausted", "aborted"]);

/**
 * Wraps what a driver rejected with, once. Codes that speak about the service's own standing with its
 * database (no permission, no table, a request it does not understand) become `internal`: passed on,
 * they would tell the service's caller that *he* lacks a permission.
 *
 * @param what was called, for the log: `Repository "things", get "a"`
 */
export function wrapDriverError(driver: Driver, what: string, raw: unknown): ServiceError {
  if (isServiceError(raw)) return raw;
  if (raw instanceof ClosedError) return closedError(what, raw);
  const driverCode = driver.errorCode(raw);
  const sentence = driverCode === undefined ? undefined : sentences[driverCode];
  const known = driverCode !== undefined && sentence !== undefined ? driverCode : "internal";
  const code = passing.has(known) ? "unavailable" : known;
  const refusal = driverCode === undefined ? undefined : refusals[driverCode];
  return callError(code, what, sentence ?? refusal ?? "The database refused the request.", {
    cause: raw,
    internalDetails: {
      driver: driver.name,
      endpoint: driver.endpoint?.(),
      driverCode: driverCode ?? "unknown",
    },
  });
}
