import {
  createServiceError,
  type ErrorCode,
  type ServiceError,
  type ServiceErrorOptions,
} from "@plinth/core/errors";

/**
 * Makes the error of a call. A service that does not catch it passes it on to its callers. They must not
 * learn the names of repositories and keys from it: those are for the log only.
 *
 * @param operation What was called, for the log: `Repository "things", get "a"`.
 * @param sentence What went wrong. Safe for any caller.
 */
export function callError(
  code: ErrorCode,
  operation: string,
  sentence: string,
  options: ServiceErrorOptions = {},
): ServiceError {
  const internalDetails = { operation, ...options.internalDetails };
  return createServiceError(code, sentence, { ...options, internalDetails });
}
