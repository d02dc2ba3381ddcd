import { setMaxListeners } from "node:events";

const followers = new WeakMap<AbortSignal, SignalFollowers>();

/**
 * Callbacks that run when a signal is aborted. They share one listener: many on a signal that outlives many calls
 * are slow to add, and Node warns of them.
 *
 * `AbortSignal.any` could serve, but Node 20 keeps a weak reference to each combined signal in its sources, for as
 * long as they live (https://github.com/nodejs/node/issues/55351): a service that passes the signal of its own
 * shutdown to each call would grow with each.
 */
export class SignalFollowers {
  readonly #signal: AbortSignal;
  readonly #calls = new Set<() => void>();
  readonly #onAbort = (): void => {
    for (const call of this.#calls) call();
  };

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(call: () => void): void {
    if (this.#calls.size === 0)
      this.#signal.addEventListener("abort", this.#onAbort, { once: true });
    this.#calls.add(call);
  }

  /** The last callback removes the listener: Node keeps a combined signal for as long as it has one. */
  delete(call: () => void): void {
    if (this.#calls.delete(call) && this.#calls.size === 0) {
      this.#signal.removeEventListener("abort", this.#onAbort);
    }
  }
}

/**
 * The callbacks of a signal.
 *
 * @param signal A signal that is not aborted yet; for an aborted one nothing is ever called.
 */
export function followersOf(signal: AbortSignal): SignalFollowers {
  let found = followers.get(signal);
  if (found === undefined) {
    found = new SignalFollowers(signal);
    // Every call adds a listener of its own: many at a time are no leak to warn about.
    setMaxListeners(0, signal);
    followers.set(signal, found);
  }
  return found;
}
