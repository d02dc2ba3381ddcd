import { AsyncLocalStorage } from "node:async_hooks";

interface Turn {
  readonly of: Turns;
  readonly key: string;
  readonly outer: Turn | undefined;
  over: boolean;
}

const currentTurn = new AsyncLocalStorage<Turn>();

/**
 * Lets callers with the same key go one after the other, in the order in which they came. It saves
 * colliding work within a process; it is no lock, and nothing may depend on it for correctness.
 */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Whether the running code is part of a turn with this key: waiting for another would never end. */
  isInside(key: string): boolean {
    for (let turn = currentTurn.getStore(); turn !== undefined; turn = turn.outer) {
      if (turn.of === this && turn.key === key && !turn.over) return true;
    }
    return false;
  }

  /**
   * Runs `body` when it is its turn.
   *
   * @param wait waits for the turns before, and may give up by rejecting; the others are not held up
   */
  async take<R>(
    key: string,
    wait: (before: Promise<void>) => Promise<void>,
    body: () => Promise<R>,
  ): Promise<R> {
    const before = this.#last.get(key);
    let pass = (): void => undefined;
    const own = new Promise<void>((resolve) => {
      pass = resolve;
    });
    this.#last.set(key, own);
    const leave = (): void => {
      if (this.#last.get(key) === own) this.#last.delete(key);
      pass();
    };
    if (before !== undefined) {
      try {
        await wait(before);
      } catch (error) {
        // Those behind still have to wait for those before.
        void before.then(leave);
        throw error;
      }
    }
    const turn: Turn = { of: this, key, outer: currentTurn.getStore(), over: false };
    try {
      return await currentTurn.run(turn, body);
    } finally {
      turn.over = true;
      leave();
    }
  }

  /** How many keys have somebody in turn; 0 when all is quiet. */
  get size(): number {
    return this.#last.size;
  }
}
