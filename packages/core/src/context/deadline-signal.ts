import { DeadlineExceededError } from "../errors/canonical-errors.ts";

/** Timers hold no more than a signed 32-bit number; anything longer would fire at once. */
const longestTimer = 2_147_483_647;

/** The earlier of two points in time, either of which may be absent. */
export function earliest(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) {
    return left ?? right;
  }
  return Math.min(left, right);
}

/** A signal that falls with the first of two, either of which may be absent. */
export function eitherSignal(
  left: AbortSignal | undefined,
  right: AbortSignal | undefined,
): AbortSignal | undefined {
  if (left === undefined || right === undefined || left === right) {
    return left ?? right;
  }
  return AbortSignal.any([left, right]);
}

/**
 * A signal that falls when a deadline passes or when a cancellation falls first. The reason is a
 * `DeadlineExceededError` where the deadline is past already and the platform's `TimeoutError`
 * where it passes later; both become `deadline_exceeded`.
 *
 * @param deadline milliseconds since the epoch
 * @param cancellation absent: only the deadline counts
 */
export function deadlineSignal(
  deadline: number,
  cancellation: AbortSignal | undefined,
): AbortSignal | undefined {
  const remaining = deadline - Date.now();
  if (remaining > longestTimer) {
    return cancellation;
  }
  if (remaining <= 0 && cancellation?.aborted !== true) {
    return AbortSignal.abort(new DeadlineExceededError("The deadline of the request has passed."));
  }
  if (cancellation?.aborted === true) {
    return cancellation;
  }
  return eitherSignal(cancellation, AbortSignal.timeout(Math.ceil(remaining)));
}
