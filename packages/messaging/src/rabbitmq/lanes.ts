/**
 * Works on the items of each key one after the other, in the order of arrival, and on those of different keys in
 * parallel. Not the `Turns` of the support package, which cost several promises for each item.
 */
export class Lanes<T> {
  readonly #lanes = new Map<string, T[]>();
  readonly #work: (item: T) => Promise<void>;
  readonly #idle: (() => void)[] = [];

  /** @param work Must not reject. */
  constructor(work: (item: T) => Promise<void>) {
    this.#work = work;
  }

  add(key: string, item: T): void {
    const lane = this.#lanes.get(key);
    if (lane !== undefined) {
      lane.push(item);
      return;
    }
    const made: T[] = [];
    this.#lanes.set(key, made);
    this.#run(key, made, item);
  }

  /** Resolves when there is no work left. */
  async idle(): Promise<void> {
    if (this.#lanes.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** With `then`: an async function costs one more promise for each message. */
  #run(key: string, lane: T[], item: T): void {
    void this.#work(item).then(() => this.#next(key, lane));
  }

  #next(key: string, lane: T[]): void {
    const item = lane.shift();
    if (item !== undefined) return this.#run(key, lane, item);
    this.#lanes.delete(key);
    if (this.#lanes.size > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}

/** Limits how many hold a slot at once; the others wait in order. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** @returns `undefined` if a slot was free, so that callers need not wait */
  take(): Promise<void> | undefined {
    if (this.#free > 0) {
      this.#free--;
      return undefined;
    }
    return new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  give(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}
