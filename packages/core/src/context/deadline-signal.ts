import { maxTimerDelay } from "@plinth/support/race";
import { followersOf } from "@plinth/support/signal-followers";

import { DeadlineExceededError } from "../errors/canonical-errors.ts";

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

/** A signal that waits for something, and how to stop waiting. */
export interface ReleasableSignal {
  readonly signal: AbortSignal | undefined;
  /** Lets go of what it waits for. When its time is over already, the signal falls instead. */
  readonly release: () => void;
}

const nothing = (): void => undefined;

/**
 * As `eitherSignal`, for who says when it is over: until then the two hold the new signal, and
 * afterwards nothing of it is left in them, however long they live.
 */
export function joinSignals(
  left: AbortSignal | undefined,
  right: AbortSignal | undefined,
): ReleasableSignal {
  if (left === undefined || right === undefined || left === right || left.aborted) {
    return { signal: left ?? right, release: nothing };
  }
  if (right.aborted) return { signal: right, release: nothing };
  const controller = new AbortController();
  const fall = (): void => {
    release();
    controller.abort(left.aborted ? left.reason : right.reason);
  };
  const [ofLeft, ofRight] = [followersOf(left), followersOf(right)];
  const release = (): void => {
    ofLeft.delete(fall);
    ofRight.delete(fall);
  };
  ofLeft.add(fall);
  ofRight.add(fall);
  return { signal: controller.signal, release };
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
): ReleasableSignal {
  const remaining = deadline - Date.now();
  if (remaining > maxTimerDelay || cancellation?.aborted === true) {
    return { signal: cancellation, release: nothing };
  }
  // Not AbortSignal.any over AbortSignal.timeout: Node 20 collects that pair as garbage, listeners
  // and all, and the deadline then passes without a word. The timer here holds what is needed.
  const controller = new AbortController();
  const followers = cancellation === undefined ? undefined : followersOf(cancellation);
  const cancel = (): void => {
    clearTimeout(timer);
    followers?.delete(cancel);
    controller.abort(cancellation?.reason);
  };
  const expire = (): void => {
    followers?.delete(cancel);
    controller.abort(new DeadlineExceededError("The deadline of the request has passed."));
  };
  const timer = setTimeout(expire, Math.max(0, Math.ceil(remaining))).unref();
  const release = (): void => {
    clearTimeout(timer);
    if (deadline - Date.now() <= timerSlack) expire();
    else followers?.delete(cancel);
  };
  if (remaining <= 0) release();
  else followers?.add(cancel);
  return { signal: controller.signal, release };
}
