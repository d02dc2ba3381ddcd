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
 * Turns whatever was thrown into a service error. It never throws, whatever the value is: what cannot
 * be read is an `internal` error too.
 *
 * A service error is returned as it is. An `AbortError` becomes `cancelled`, unless it says in its
 * `cause` why it was aborted: a `TimeoutError` there, or a service error, decides the code. A
 * `TimeoutError` (what `AbortSignal.timeout` gives) becomes `deadline_exceeded`. Everything else
 * becomes `internal` with a fixed message. The original is always kept as `cause`.
 *
 * @param value anything
 */
export function toServiceError(value: unknown): ServiceError {
  // Not one whose message was replaced by an object, or whose details throw.
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
