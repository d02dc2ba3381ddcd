import { CancelledError, DeadlineExceededError } from "../errors/canonical-errors.ts";
import { deserializeError } from "../errors/deserialize-error.ts";
import { serializeError } from "../errors/serialize-error.ts";
import { isServiceError, type ServiceError } from "../errors/service-error.ts";
import { toServiceError } from "../errors/to-service-error.ts";

/**
 * The error that a caller in process sees: class, code, message and details as a remote caller would get them,
 * with nothing shared. Only its `cause` is richer: the error of the implementation, with its stack.
 */
export function callerError(thrown: unknown): ServiceError {
  return deserializeError(serializeError(toServiceError(thrown)), { cause: thrown });
}

/** The error for a signal's reason: `deadline_exceeded` for a timeout, else `cancelled`. */
export function abortError(reason: unknown): ServiceError {
  if (isServiceError(reason, "deadline_exceeded")) {
    return new DeadlineExceededError(reason.message, { cause: reason });
  }
  const error = toServiceError(reason);
  return error.code === "deadline_exceeded"
    ? error
    : new CancelledError("The call was cancelled.", { cause: reason });
}
