/** Remembers the latest keys: at least a number of them, and at most twice as many. */
export class RecentKeys {
  readonly #count: number;
  // Two sets: removing the oldest key of one set takes longer with each key that was removed.
  #young = new Set<string>();
  #old = new Set<string>();

  constructor(count: number) {
    this.#count = count;
  }

  add(key: string): void {
    this.#young.add(key);
    if (this.#young.size < this.#count) return;
    this.#old = this.#young;
    this.#young = new Set();
  }

  has(key: string): boolean {
    return this.#young.has(key) || this.#old.has(key);
  }
}
