import { maxTimerDelay } from "@plinth/support/race";
import { followersOf } from "@plinth/support/signal-followers";

import { DeadlineExceededError } from "../errors/canonical-errors.ts";

/** The earlier of two points in time; either may be absent. */
export function earliest(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) {
    return left ?? right;
  }
  return Math.min(left, right);
}

/** A signal that is aborted with the first of two; either may be absent. */
export function eitherSignal(
  left: AbortSignal | undefined,
  right: AbortSignal | undefined,
): AbortSignal | undefined {
  if (left === undefined || right === undefined || left === right) {
    return left ?? right;
  }
  return AbortSignal.any([left, right]);
}

/** A signal with a timer or listeners behind it, and how to release them. */
export interface ReleasableSignal {
  readonly signal: AbortSignal | undefined;
  /** Releases them. If the deadline has passed already, the signal is aborted instead. */
  readonly release: () => void;
}

const nothing = (): void => undefined;

/**
 * As {@link eitherSignal}, for a caller that releases the signal: the two signals hold it until then, and
 * nothing of it afterwards, however long they live.
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
  const abort = (): void => {
    release();
    controller.abort(left.aborted ? left.reason : right.reason);
  };
  const [ofLeft, ofRight] = [followersOf(left), followersOf(right)];
  const release = (): void => {
    ofLeft.delete(abort);
    ofRight.delete(abort);
  };
  ofLeft.add(abort);
  ofRight.add(abort);
  return { signal: controller.signal, release };
}

/** Timers may fire this much early, in milliseconds. */
const timerSlack = 1;

/**
 * A signal that is aborted when a deadline passes, with a `DeadlineExceededError` as its reason, or with the
 * reason of another signal that is aborted first.
 *
 * @param deadline In milliseconds since the epoch; a deadline that is weeks away counts as none.
 * @param cancellation The other signal. Absent: only the deadline counts.
 */
export function deadlineSignal(
  deadline: number,
  cancellation: AbortSignal | undefined,
): ReleasableSignal {
  const remaining = deadline - Date.now();
  if (remaining > maxTimerDelay || cancellation?.aborted === true) {
    return { signal: cancellation, release: nothing };
  }
  // Not AbortSignal.any over AbortSignal.timeout: Node 20 collects that pair as garbage, with its listeners,
  // and the deadline then passes unnoticed. The timer here keeps the signal alive.
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
