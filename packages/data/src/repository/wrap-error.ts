import { type ErrorCode, isServiceError, type ServiceError } from "@plinth/core/errors";
import { type DriverErrorRules, wrapDriverError } from "@plinth/support/driver-error";
import { ClosedError } from "../driver/closed-error.ts";
import type { Driver } from "../driver/driver.ts";
import { callError } from "./call-error.ts";
import { closedError } from "./lifetime.ts";

const rules: DriverErrorRules<ErrorCode, ServiceError> = {
  answers: {
    cancelled: ["cancelled", "The request was cancelled."],
    deadline_exceeded: ["deadline_exceeded", "The database did not answer in time."],
    unavailable: ["unavailable", "The database cannot be reached or does not answer."],
    // The retries are used up, and all that a caller can do is to try later. To callers, `aborted` means
    // a stale revision and nothing else.
    resource_exhausted: ["unavailable", "The database has no capacity left for the request."],
    aborted: ["unavailable", "The request met a concurrent change in each attempt."],
    data_loss: ["data_loss", "The database reports damaged data."],
    unimplemented: ["unimplemented", "The database does not offer what was asked for."],
    // About the service's own standing with its database.
    unauthenticated: ["internal", "The database does not accept the service's credentials."],
    permission_denied: ["internal", "The service lacks a right in the database."],
  },
  otherwise: ["internal", "The database refused the request."],
  isServiceError: (raw) => isServiceError(raw),
  create: callError,
};

/**
 * Wraps what a driver rejected with, once.
 *
 * @param what What was called, for the log: `Repository "things", get "a"`.
 */
export function wrapError(driver: Driver, what: string, raw: unknown): ServiceError {
  if (raw instanceof ClosedError) return closedError(what, raw);
  return wrapDriverError(driver, what, raw, rules);
}
