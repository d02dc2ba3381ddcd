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

/** A signal that waits for a deadline, and how to stop waiting. */
export interface DeadlineSignal {
  readonly signal: AbortSignal | undefined;
  /** Lets go of the timer. When the time is over already, the signal falls instead. */
  readonly release: () => void;
}

/** Timers may fire this much early, in milliseconds. */
const timerSlack = 1;

/**
 * A signal that falls when a deadline passes, with a `DeadlineExceededError` as its reason, or when
 * a cancellation falls first, with the reason of that.
 *
 * @param deadline milliseconds since the epoch; one that is weeks away counts as none
 * @param cancellation absent: only the deadline counts
 */
export function deadlineSignal(
  deadline: number,
  cancellation: AbortSignal | undefined,
): DeadlineSignal {
  const remaining = deadline - Date.now();
  if (remaining > longestTimer || cancellation?.aborted === true) {
    return { signal: cancellation, release: () => undefined };
  }
  // Not AbortSignal.any over AbortSignal.timeout: Node 20 collects that pair as garbage, listeners
  // and all, and the deadline then passes without a word. The timer here holds what is needed.
  const controller = new AbortController();
  // A signal in between, because many listeners on a signal that outlives many requests would
  // be slow to add, warned of, and kept: this one goes when the timer lets go of it.
  const source = cancellation === undefined ? undefined : AbortSignal.any([cancellation]);
  const cancel = (): void => {
    clearTimeout(timer);
    controller.abort(source?.reason);
  };
  const expire = (): void => {
    source?.removeEventListener("abort", cancel);
    controller.abort(new DeadlineExceededError("The deadline of the request has passed."));
  };
  const timer = setTimeout(expire, Math.max(0, Math.ceil(remaining))).unref();
  const release = (): void => {
    clearTimeout(timer);
    if (deadline - Date.now() <= timerSlack) expire();
    else source?.removeEventListener("abort", cancel);
  };
  if (remaining <= 0) release();
  else source?.addEventListener("abort", cancel, { once: true });
  return { signal: controller.signal, release };
}
