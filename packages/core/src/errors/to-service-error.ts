import { CancelledError, DeadlineExceededError, InternalError } from "./canonical-errors.ts";
import { concealedMessages } from "./concealed-messages.ts";
import { createServiceError } from "./create-service-error.ts";
import { isError, readThrown } from "./read-thrown.ts";
import { readServiceError } from "./serialize-error.ts";
import { isServiceError, type ServiceError } from "./service-error.ts";

function isNamed(value: unknown, name: string): boolean {
  return isError(value) && readThrown(value, "name") === name;
}

/**
 * Converts any thrown value to a service error. It never throws: a value that cannot be read becomes an `internal`
 * error.
 *
 * A service error is returned unchanged. An `AbortError` becomes `cancelled`, unless its `cause` is a
 * `TimeoutError` or a service error, which then decides the code. A `TimeoutError` (the reason of
 * `AbortSignal.timeout`) becomes `deadline_exceeded`. Everything else becomes `internal` with a fixed message.
 * The original is kept as `cause`.
 *
 * @param value Anything.
 */
export function toServiceError(value: unknown): ServiceError {
  // Not if its message was replaced by an object, or its details throw.
  if (isServiceError(value) && readServiceError(value) !== undefined) {
    return value;
  }
  if (isNamed(value, "TimeoutError")) {
    return new DeadlineExceededError(concealedMessages.deadline_exceeded, { cause: value });
  }
  if (isNamed(value, "AbortError")) {
    const reason = readThrown(value, "cause");
    if (isNamed(reason, "TimeoutError")) {
      return new DeadlineExceededError(concealedMessages.deadline_exceeded, { cause: value });
    }
    const read = isServiceError(reason) ? readServiceError(reason) : undefined;
    if (read !== undefined) {
      const { code, message, ...others } = read;
      return createServiceError(code, message, { cause: value, ...others });
    }
    return new CancelledError(concealedMessages.cancelled, { cause: value });
  }
  return new InternalError(concealedMessages.internal, { cause: value });
}
