import { wholeNumberFault } from "@plinth/support/numbers";
import { isEmptyRange } from "../driver/byte-order.ts";
import type { DriverCollection } from "../driver/driver-collection.ts";
import type { IndexPage, IndexRange } from "../driver/index-query.ts";
import type { StoredRecord } from "../driver/stored-record.ts";
import { callError } from "./call-error.ts";
import { isWithin } from "./cursor.ts";
import { callDriver } from "./call-driver.ts";
import type { Entry } from "./entry.ts";
import { toIndexRange } from "./index-range.ts";
import { limits } from "./limits.ts";
import type { AnyQuery, Page } from "./query.ts";
import type { RecordStore } from "./record-store.ts";

const defaultLimit = 100;

// Pages without live records are skipped, up to this number: a page may be returned short.
const maxCalls = 10;

type Order = "ascending" | "descending";

interface Slice {
  readonly records: readonly StoredRecord[];
  /** Where the next slice begins. Absent: this is the last one. */
  readonly position: string | undefined;
}

/** Reads records of one repository by its indexes. */
export class IndexReader<T extends object, Key> {
  readonly #store: RecordStore<T, Key>;

  constructor(store: RecordStore<T, Key>) {
    this.#store = store;
  }

  /** See `RepositoryMethods.query`. */
  async page(query: AnyQuery): Promise<Page<T>> {
    const what = `${this.#store.title}, query`;
    const { range, order, limit } = this.#wanted(query, what);
    const { cursors, name: collection } = this.#store.opened;
    const scope = { collection, range, order };
    const start = query.cursor === undefined ? undefined : cursors.open(query.cursor, scope, what);
    const { records, position } = await this.#slice(what, range, order, limit, start);
    const entries = records.map((stored) => this.#store.entryOf(stored, stored.revision));
    return pageOf(entries, position === undefined ? undefined : cursors.seal(position, scope));
  }

  /** See `RepositoryMethods.each`. */
  async *each(query: AnyQuery): AsyncGenerator<T, void, undefined> {
    const what = `${this.#store.title}, query`;
    const { range, order, limit } = this.#wanted(query, what);
    let position: string | undefined;
    do {
      const slice = await this.#slice(what, range, order, limit, position);
      const records = slice.records.map((stored) => this.#store.codec.decode(stored));
      yield* records;
      ({ position } = slice);
    } while (position !== undefined);
  }

  /** See `RepositoryMethods.count`. */
  async count(query: AnyQuery): Promise<number> {
    const what = `${this.#store.title}, count`;
    const { opened, definition } = this.#store;
    const range = toIndexRange(definition, query, what);
    this.#queryOf(what);
    opened.policy.lifetime.throwIfClosed(this.#store.title);
    if (isEmptyRange(range)) return 0;
    await this.#store.ready();
    if (opened.collection.count !== undefined) {
      const counted = { ...range, now: opened.policy.clock() };
      return callDriver(
        opened,
        what,
        async (options) => (await opened.collection.count?.(counted, options)) ?? 0,
      );
    }
    let count = 0;
    let position: string | undefined;
    do {
      const slice = await this.#slice(what, range, "ascending", limits.pageRecords, position);
      count += slice.records.length;
      ({ position } = slice);
    } while (position !== undefined);
    return count;
  }

  /** The next records that have not expired, up to `limit` of them. */
  async #slice(
    what: string,
    range: IndexRange,
    order: Order,
    limit: number,
    start: string | undefined,
  ): Promise<Slice> {
    const { opened } = this.#store;
    const query = this.#queryOf(what);
    const ready = this.#store.ready();
    if (ready !== undefined) await ready;
    const records: StoredRecord[] = [];
    let position = start;
    for (let calls = 0; calls < maxCalls && records.length < limit; calls += 1) {
      const rest = position === undefined ? range : restOf(range, order, position);
      if (isEmptyRange(rest)) return { records, position: undefined };
      const wanted = { order, limit: limit - records.length, ...rest };
      const page = await callDriver(opened, what, (options) => query(wanted, options));
      for (const stored of page.records) {
        if (this.#store.alive(stored) !== undefined) records.push(stored);
      }
      const next = page.more ? placeOf(page, range.index) : undefined;
      // A position outside of the range would be rejected as a cursor. In order, it is past the end.
      if (next === undefined || !isWithin(next, range)) return { records, position: undefined };
      position = next;
    }
    return { records, position };
  }

  #wanted(query: AnyQuery, what: string): { range: IndexRange; order: Order; limit: number } {
    const range = toIndexRange(this.#store.definition, query, what);
    return { range, order: orderOf(query, what), limit: limitOf(query, what) };
  }

  #queryOf(what: string): NonNullable<DriverCollection["query"]> {
    const { driver, collection } = this.#store.opened;
    if (collection.query === undefined) {
      const sentence = `The driver of ${driver.name} offers no queries.`;
      throw callError("unimplemented", what, sentence);
    }
    return collection.query.bind(collection);
  }
}

/** A page whose `records` are made from its entries, once, when they are first read. */
function pageOf<T>(entries: readonly Entry<T>[], cursor: string | undefined): Page<T> {
  let records: readonly T[] | undefined;
  const page = {
    entries,
    // An own property, so that copies by `{ ...page }` and JSON have it as well.
    get records(): readonly T[] {
      records ??= entries.map(({ record }) => record);
      return records;
    },
  };
  return cursor === undefined ? page : Object.assign(page, { cursor });
}

/** The rest of a range after a position within it. */
function restOf(range: IndexRange, order: Order, position: string): IndexRange {
  return order === "ascending"
    ? { ...range, from: position, fromExclusive: true }
    : { ...range, to: position };
}

function placeOf({ position, records }: IndexPage, index: string): string | undefined {
  return position ?? records.at(-1)?.indexes[index]?.sort;
}

function orderOf({ order = "ascending" }: AnyQuery, what: string): Order {
  if (order === "ascending" || order === "descending") return order;
  throw callError("invalid_argument", what, 'order must be "ascending" or "descending".');
}

function limitOf({ limit = defaultLimit }: AnyQuery, what: string): number {
  const fault = wholeNumberFault("limit", limit, { min: 1, max: limits.pageRecords });
  if (fault === undefined) return limit;
  throw callError("invalid_argument", what, fault);
}
