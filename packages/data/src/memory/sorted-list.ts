/** Whether an item comes before some bound. Once false, it is false for every item behind as well. */
export type IsBefore<T> = (item: T) => boolean;

/**
 * Distinct items in order, in chunks of a bounded size: finding one is two binary searches, and adding
 * or removing one moves no more than a chunk, and at times the list of the chunks. The list must not be
 * changed while it is gone through.
 */
export class SortedList<T> {
  // None is empty, and all but a list's only one have a quarter of `#most` at least.
  readonly #chunks: T[][] = [];
  readonly #compare: (one: T, other: T) => number;
  readonly #most: number;

  /**
   * @param compare negative, zero or positive, as for `Array.prototype.sort`; zero for the same item only
   * @param most the most items of one chunk. Default: 512, where a move still costs less than a search.
   */
  constructor(compare: (one: T, other: T) => number, most = 512) {
    this.#compare = compare;
    this.#most = most;
  }

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  /** Adds an item, in place of the same one if there is one. */
  add(item: T): void {
    const [at, index] = this.#find((other) => this.#compare(other, item) < 0);
    const chunk = this.#chunks[at] ?? this.#chunks.at(-1);
    if (chunk === undefined) this.#chunks.push([item]);
    else if (at === this.#chunks.length) chunk.push(item);
    else chunk.splice(index, this.#isAt(chunk[index], item) ? 1 : 0, item);
    this.#settle(Math.min(at, this.#chunks.length - 1));
  }

  /** Removes an item, if it is there. */
  remove(item: T): void {
    const [at, index] = this.#find((other) => this.#compare(other, item) < 0);
    const chunk = this.#chunks[at];
    if (chunk === undefined || !this.#isAt(chunk[index], item)) return;
    chunk.splice(index, 1);
    this.#settle(at);
  }

  /** The items upwards, from the first that is not before the bound. */
  *ascending(isBefore: IsBefore<T>): Generator<T, undefined> {
    let [at, index] = this.#find(isBefore);
    for (; at < this.#chunks.length; at += 1, index = 0) {
      const chunk = this.#chunks[at] as T[];
      for (; index < chunk.length; index += 1) yield chunk[index] as T;
    }
  }

  /** The items downwards, from the last that is before the bound. */
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

  /** Halves a chunk that has grown too large, and joins one that has become small to a neighbor. */
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
