import { setMaxListeners } from "node:events";

const followers = new WeakMap<AbortSignal, SignalFollowers>();

/**
 * The callbacks for when one signal is aborted. All of it shares one listener, as many on a signal that
 * outlives many calls would be slow to add and warned of.
 *
 * `AbortSignal.any` would do for that, but Node 20 keeps a weak reference to each such signal in
 * those that it combines, for as long as they live (https://github.com/nodejs/node/issues/55351): a
 * service that hands the signal of its own end to each call would grow with every one.
 */
export class SignalFollowers {
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

  /** Node keeps a combined signal for as long as it has a listener: the last one takes it off. */
  delete(call: () => void): void {
    if (this.#calls.delete(call) && this.#calls.size === 0) {
      this.#signal.removeEventListener("abort", this.#fall);
    }
  }
}

/**
 * Those that follow a signal.
 *
 * @param signal one that has not fallen: nothing is called for one that has
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
