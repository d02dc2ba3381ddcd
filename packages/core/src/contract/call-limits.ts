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

/** Who waits on a signal. Calls side by side share the one of their request, and one listener. */
const waiting = new WeakMap<AbortSignal, Waiting>();

/** The calls that end when one signal falls. */
class Waiting {
  readonly #signal: AbortSignal;
  readonly #calls = new Set<() => void>();
  readonly #fall = (): void => {
    for (const call of this.#calls) call();
  };

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(call: () => void): void {
    if (this.#calls.size === 0) this.#signal.addEventListener("abort", this.#fall, { once: true });
    this.#calls.add(call);
  }

  /** Node keeps a combined signal for as long as it has a listener: the last call takes it off. */
  delete(call: () => void): void {
    this.#calls.delete(call);
    if (this.#calls.size === 0) this.#signal.removeEventListener("abort", this.#fall);
  }
}

function waitingOn(signal: AbortSignal): Waiting {
  let found = waiting.get(signal);
  if (found === undefined) {
    found = new Waiting(signal);
    // Whatever the calls themselves send adds a listener too, side by side: no leak to be warned of.
    setMaxListeners(0, signal);
    waiting.set(signal, found);
  }
  return found;
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
    const others = signal === undefined ? undefined : waitingOn(signal);
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
            Math.min(remaining, longestTimer),
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
