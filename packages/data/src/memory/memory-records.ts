import type { IndexRange } from "../driver/index-query.ts";
import type { IndexEntry } from "../driver/stored-record.ts";
import { type Bounds, boundsOf, comparePlaces, type Place, placeOf } from "./index-order.ts";
import { SortedList } from "./sorted-list.ts";

/** A stored record: as text, so that no caller can change the store through a reference. */
export interface MemoryRecord {
  readonly revision: string;
  readonly schemaVersion: number;
  readonly expiresAt: number | undefined;
  readonly indexes: Readonly<Record<string, IndexEntry>>;
  readonly text: string;
}

/**
 * The records of a collection, by key; collections of one name share them. It also keeps their order, so that
 * a query sorts nothing and visits only its range: by key, and for each partition of each index with entries,
 * declared or not.
 */
export class MemoryRecords extends Map<string, MemoryRecord> {
  readonly #byKey = new SortedList<Place>(comparePlaces);
  readonly #byIndex = new Map<string, Map<string, SortedList<Place>>>();

  override set(key: string, record: MemoryRecord): this {
    const old = this.get(key);
    if (old === undefined) this.#byKey.add(placeOf(key, key));
    else this.#leaveIndexes(key, old);
    for (const [index, { partition, sort }] of Object.entries(record.indexes)) {
      this.#partition(index, partition).add(placeOf(sort, key));
    }
    return super.set(key, record);
  }

  override delete(key: string): boolean {
    const old = this.get(key);
    if (old === undefined) return false;
    this.#byKey.remove(placeOf(key, key));
    this.#leaveIndexes(key, old);
    return super.delete(key);
  }

  override clear(): void {
    for (const key of this.keys()) this.delete(key);
  }

  /** The records of a range, lazily, in the order of their sort strings. */
  range(
    query: IndexRange,
    order: "ascending" | "descending" = "ascending",
  ): Iterable<MemoryRecord> {
    const places = this.#byIndex.get(query.index)?.get(query.partition);
    return places === undefined ? [] : this.#within(places, boundsOf(query), order);
  }

  /** The records after a key (default: all), lazily, in the order of their keys. */
  behind(key: string | undefined): Iterable<MemoryRecord> {
    return this.#within(this.#byKey, boundsOf({ from: key, fromExclusive: true }), "ascending");
  }

  *#within(
    places: SortedList<Place>,
    { isBeforeBeginning, isBeforeEnd }: Bounds,
    order: "ascending" | "descending",
  ): Generator<MemoryRecord, undefined> {
    const isAscending = order === "ascending";
    const onwards = isAscending
      ? places.ascending(isBeforeBeginning)
      : places.descending(isBeforeEnd);
    for (const place of onwards) {
      if (isAscending ? !isBeforeEnd(place) : isBeforeBeginning(place)) return;
      yield this.get(place.key) as MemoryRecord;
    }
  }

  #partition(index: string, partition: string): SortedList<Place> {
    const partitions = this.#byIndex.get(index) ?? new Map<string, SortedList<Place>>();
    this.#byIndex.set(index, partitions);
    const places = partitions.get(partition) ?? new SortedList<Place>(comparePlaces);
    partitions.set(partition, places);
    return places;
  }

  #leaveIndexes(key: string, { indexes }: MemoryRecord): void {
    for (const [index, { partition, sort }] of Object.entries(indexes)) {
      const places = this.#partition(index, partition);
      places.remove(placeOf(sort, key));
      // Partitions come and go with the values of a field: empty ones would accumulate.
      if (places.isEmpty) this.#byIndex.get(index)?.delete(partition);
    }
  }
}
