import { AsyncLocalStorage } from "node:async_hooks";

interface Turn {
  readonly of: Turns;
  readonly keys: readonly string[];
  readonly outer: Turn | undefined;
  over: boolean;
}

const currentTurn = new AsyncLocalStorage<Turn>();

/** Waits for the turns before. It may give up by rejecting; those behind are not held up by that. */
export type WaitForTurn = (before: Promise<unknown>) => Promise<unknown>;

const waitForAsLongAsItTakes: WaitForTurn = (before) => before;

/**
 * Lets callers with the same key go one after the other, in the order in which they came. That saves
 * colliding work within a process; it is no lock, and nothing may depend on it for correctness.
 */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Whether the running code is part of a turn with this key: waiting for another would never end. */
  isInside(key: string): boolean {
    for (let turn = currentTurn.getStore(); turn !== undefined; turn = turn.outer) {
      if (turn.of === this && !turn.over && turn.keys.includes(key)) return true;
    }
    return false;
  }

  /**
   * Runs `body` when it is its turn with all of the keys. The places are taken in one go, so two callers
   * never wait for each other.
   *
   * @param wait Default: waits without a limit.
   */
  async take<R>(
    keys: readonly string[],
    body: () => Promise<R>,
    wait: WaitForTurn = waitForAsLongAsItTakes,
  ): Promise<R> {
    const before = keys.flatMap((key) => this.#last.get(key) ?? []);
    const { promise: own, pass } = place();
    for (const key of keys) this.#last.set(key, own);
    const leave = (): void => {
      for (const key of keys) if (this.#last.get(key) === own) this.#last.delete(key);
      pass();
    };
    if (before.length > 0) {
      const all = Promise.all(before);
      try {
        await wait(all);
      } catch (error) {
        // Those behind still have to wait for those before.
        void all.then(leave);
        throw error;
      }
    }
    const turn: Turn = { of: this, keys, outer: currentTurn.getStore(), over: false };
    try {
      return await currentTurn.run(turn, body);
    } finally {
      turn.over = true;
      leave();
    }
  }

  /** How many keys are in use: 0 when no turn is taken. */
  get size(): number {
    return this.#last.size;
  }
}

/** A promise that its owner resolves; it never rejects. */
function place(): { readonly promise: Promise<void>; readonly pass: () => void } {
  let pass = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    pass = resolve;
  });
  return { promise, pass };
}
