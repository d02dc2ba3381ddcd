import { CancelledError, DeadlineExceededError, InternalError } from "./canonical-errors.ts";
import { createServiceError } from "./create-service-error.ts";
import { concealedMessages } from "./serialize-error.ts";
import { isServiceError, type ServiceError } from "./service-error.ts";

function namedError(value: unknown, name: string): value is Error {
  return value instanceof Error && value.name === name;
}

/**
 * Turns whatever was thrown into a service error.
 *
 * A service error is returned as it is. An `AbortError` becomes `cancelled`, unless it says in its
 * `cause` why it was aborted: a `TimeoutError` there, or a service error, decides the code. A
 * `TimeoutError` (what `AbortSignal.timeout` gives) becomes `deadline_exceeded`. Everything else
 * becomes `internal` with a fixed message. The original is always kept as `cause`.
 *
 * @param value anything
 */
export function toServiceError(value: unknown): ServiceError {
  if (isServiceError(value)) {
    return value;
  }
  if (namedError(value, "TimeoutError")) {
    return new DeadlineExceededError("The time allowed for the call ran out.", { cause: value });
  }
  if (namedError(value, "AbortError")) {
    const reason = value.cause;
    if (namedError(reason, "TimeoutError")) {
      return new DeadlineExceededError("The time allowed for the call ran out.", { cause: value });
    }
    if (isServiceError(reason)) {
      const { details, retryAfter, requestId } = reason;
      return createServiceError(reason.code, reason.message, {
        cause: value,
        details,
        retryAfter,
        requestId,
      });
    }
    return new CancelledError("The call was cancelled.", { cause: value });
  }
  return new InternalError(concealedMessages.internal, { cause: value });
}
