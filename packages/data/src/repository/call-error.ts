import {
  createServiceError,
  type ErrorCode,
  type ServiceError,
  type ServiceErrorOptions,
} from "@plinth/core/errors";

/**
 * Makes the error of a call. A service that does not catch it passes it on to its own callers, who must not
 * learn from it what repositories there are and which key was asked for: those are for the log alone.
 *
 * @param operation what was called, for the log: `Repository "things", get "a"`
 * @param sentence what went wrong, as any caller may read it
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
