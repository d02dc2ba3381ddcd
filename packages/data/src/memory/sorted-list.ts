/** Whether an item is before a bound. Once false, it is false for all later items. */
export type IsBefore<T> = (item: T) => boolean;

/**
 * Distinct items in order, in chunks of a bounded size. Finding an item takes two binary searches. Adding or
 * removing one moves at most a chunk, and sometimes the list of chunks. The list must not change during an
 * iteration.
 */
export class SortedList<T> {
  // No chunk is empty, and each has at least a quarter of `#most` items unless it is the only one.
  readonly #chunks: T[][] = [];
  readonly #compare: (one: T, other: T) => number;
  readonly #most: number;

  /**
   * @param compare Negative, zero or positive, as for `Array.prototype.sort`. Zero for the same item only.
   * @param most The maximum number of items of a chunk. Default: 512: a move still costs less than a search.
   */
  constructor(compare: (one: T, other: T) => number, most = 512) {
    this.#compare = compare;
    this.#most = most;
  }

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  /** Adds an item. Replaces an equal one. */
  add(item: T): void {
    const [at, index] = this.#find((other) => this.#compare(other, item) < 0);
    const chunk = this.#chunks[at] ?? this.#chunks.at(-1);
    if (chunk === undefined) this.#chunks.push([item]);
    else if (at === this.#chunks.length) chunk.push(item);
    else chunk.splice(index, this.#isAt(chunk[index], item) ? 1 : 0, item);
    this.#settle(Math.min(at, this.#chunks.length - 1));
  }

  /** Removes an item, if the list has it. */
  remove(item: T): void {
    const [at, index] = this.#find((other) => this.#compare(other, item) < 0);
    const chunk = this.#chunks[at];
    if (chunk === undefined || !this.#isAt(chunk[index], item)) return;
    chunk.splice(index, 1);
    this.#settle(at);
  }

  /** The items in ascending order, from the first that is not before the bound. */
  *ascending(isBefore: IsBefore<T>): Generator<T, undefined> {
    let [at, index] = this.#find(isBefore);
    for (; at < this.#chunks.length; at += 1, index = 0) {
      const chunk = this.#chunks[at] as T[];
      for (; index < chunk.length; index += 1) yield chunk[index] as T;
    }
  }

  /** The items in descending order, from the last that is before the bound. */
  *descending(isBefore: IsBefore<T>): Generator<T, undefined> {
    let [at, index] = this.#find(isBefore);
    for (; at >= 0; at -= 1, index = this.#chunks[at]?.length ?? 0) {
      const chunk = this.#chunks[at] ?? [];
      while (index > 0) yield chunk[(index -= 1)] as T;
    }
  }

  /** The chunk and the place in it of the first item that is not before the bound. */
  #find(isBefore: IsBefore<T>): [at: number, index: number] {
    const at = firstNotBefore(this.#chunks, (chunk) => isBefore(chunk.at(-1) as T));
    return [at, firstNotBefore(this.#chunks[at] ?? [], isBefore)];
  }

  #isAt(found: T | undefined, item: T): boolean {
    return found !== undefined && this.#compare(found, item) === 0;
  }

  /** Halves a chunk that is too large, and merges a small one with a neighbor. */
  #settle(at: number): void {
    const chunk = this.#chunks[at] as T[];
    if (chunk.length > this.#most) {
      this.#chunks.splice(at + 1, 0, chunk.splice(chunk.length >> 1));
    } else if (chunk.length < this.#most / 4 && this.#chunks.length > 1) {
      const first = Math.max(0, at - 1);
      const [one = [], other = []] = this.#chunks.slice(first, first + 2);
      this.#chunks.splice(first, 2, [...one, ...other]);
      this.#settle(first);
    } else if (chunk.length === 0) {
      this.#chunks.length = 0;
    }
  }
}

function firstNotBefore<T>(items: readonly T[], isBefore: IsBefore<T>): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(items[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low;
}
