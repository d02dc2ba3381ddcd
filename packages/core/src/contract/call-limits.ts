import { setMaxListeners } from "node:events";

import { DeadlineExceededError } from "../errors/canonical-errors.ts";
import { abortError } from "./call-errors.ts";

// A longer timer would fire at once.
const longestTimer = 2_147_483_647;

/** What bounds a call; both may be absent. */
export interface CallLimits {
  /** Epoch milliseconds. */
  readonly deadline?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

function deadlineError(): DeadlineExceededError {
  return new DeadlineExceededError("The time allowed for the call ran out.");
}

/**
 * Runs a call within its limits. When one is reached, the returned promise rejects at once; what
 * the work still does is not waited for. A limit that is reached already keeps it from starting.
 */
export async function withinLimits<T>(limits: CallLimits, run: () => Promise<T>): Promise<T> {
  const { deadline, signal } = limits;
  // First, as the signal may have fallen by the same deadline and says so in other words.
  if (deadline !== undefined && deadline <= Date.now()) throw deadlineError();
  if (signal?.aborted === true) throw abortError(signal.reason);
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    if (deadline !== undefined) {
      // A timer of its own: the one behind a deadline's signal does not keep the process alive.
      timer = setTimeout(
        () => reject(deadlineError()),
        Math.min(deadline - Date.now(), longestTimer),
      );
    }
    if (signal === undefined) return;
    onAbort = () => reject(abortError(signal.reason));
    // Calls that run side by side share the signal of their request: no leak to be warned of.
    setMaxListeners(0, signal);
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([run(), stopped]);
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) signal?.removeEventListener("abort", onAbort);
  }
}
