/**
 * Does one piece of work at a time for each key, in the order of arrival, and those of different keys
 * side by side.
 */
export class Lanes<T> {
  readonly #lanes = new Map<string, T[]>();
  readonly #work: (item: T) => Promise<void>;
  readonly #running = new Set<Promise<void>>();

  /** @param work must not reject */
  constructor(work: (item: T) => Promise<void>) {
    this.#work = work;
  }

  add(key: string, item: T): void {
    const lane = this.#lanes.get(key);
    if (lane !== undefined) {
      lane.push(item);
      return;
    }
    const made = [item];
    this.#lanes.set(key, made);
    const running = this.#run(key, made).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves when there is no work left. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #run(key: string, lane: T[]): Promise<void> {
    for (let item = lane.shift(); item !== undefined; item = lane.shift()) {
      await this.#work(item);
    }
    this.#lanes.delete(key);
  }
}

/** So many may hold a slot at once; the others wait in the order in which they came. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async take(): Promise<void> {
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  give(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}
