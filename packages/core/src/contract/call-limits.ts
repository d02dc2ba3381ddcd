import { followersOf } from "@plinth/support/signal-followers";
import { DeadlineExceededError } from "../errors/canonical-errors.ts";
import { abortError } from "./call-errors.ts";

// A longer timer would fire at once.
const maxTimerDelay = 2_147_483_647;

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
export function withinLimits<T>(limits: CallLimits, run: () => Promise<T>): Promise<T> {
  // Not an async function: one that returns a promise makes another, and waits for it two ticks longer.
  const { deadline, signal } = limits;
  const remaining = deadline === undefined ? undefined : deadline - Date.now();
  // First, as the signal may have fallen by the same deadline and says so in other words.
  if (remaining !== undefined && remaining <= 0) return Promise.reject(deadlineError());
  if (signal?.aborted === true) return Promise.reject(abortError(signal.reason));
  return new Promise((resolve, reject) => {
    const others = signal === undefined ? undefined : followersOf(signal);
    const onAbort = (): void => {
      end();
      reject(abortError(signal?.reason));
    };
    others?.add(onAbort);
    // A timer of its own: the one behind a deadline's signal does not keep the process alive.
    const timer =
      remaining === undefined
        ? undefined
        : setTimeout(
            () => {
              end();
              reject(deadlineError());
            },
            Math.min(remaining, maxTimerDelay),
          );
    const end = (): void => {
      if (timer !== undefined) clearTimeout(timer);
      others?.delete(onAbort);
    };
    run().then(
      (value) => {
        end();
        resolve(value);
      },
      (error: unknown) => {
        end();
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- whatever was thrown
        reject(error);
      },
    );
  });
}
