import type { JsonObject } from "@plinth/core/errors";
import type { CollectionDefinition, DriverCollection } from "../driver/driver.ts";
import type {
  CountQuery,
  IndexPage,
  IndexQuery,
  ScanPage,
  ScanQuery,
} from "../driver/index-query.ts";
import type { IndexEntry, StoredRecord } from "../driver/stored-record.ts";
import type { WriteAction, WriteCondition, WriteOutcome } from "../driver/write-action.ts";
import { MemoryEngineError } from "./engine-error.ts";
import { checkKey, checkRecord } from "./engine-limits.ts";
import { compareBytes, inRange } from "./index-order.ts";

/** A record at rest: text, so that nobody can reach into the store through a reference. */
export interface MemoryRecord {
  readonly revision: string;
  readonly expiresAt: number | undefined;
  readonly indexes: Readonly<Record<string, IndexEntry>>;
  readonly text: string;
}

/** What a collection keeps; collections opened twice share it. */
export type MemoryRecords = Map<string, MemoryRecord>;

/** One collection in memory. */
export class MemoryCollection implements DriverCollection {
  readonly records: MemoryRecords;
  readonly #definition: CollectionDefinition;

  constructor(definition: CollectionDefinition, records: MemoryRecords) {
    this.#definition = definition;
    this.records = records;
  }

  async get(keys: readonly string[]): Promise<(StoredRecord | undefined)[]> {
    return keys.map((key) => {
      checkKey(key);
      const found = this.records.get(key);
      return found && toStored(found);
    });
  }

  async write(action: WriteAction): Promise<WriteOutcome> {
    this.check(action);
    if (!this.holds(keyOf(action), action.condition)) return "refused";
    this.apply(action);
    return "applied";
  }

  async query(query: IndexQuery): Promise<IndexPage> {
    const { index, order, limit } = query;
    this.#checkIndex(index);
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
      throw new MemoryEngineError(`A page of ${limit} records is not possible.`);
    }
    const found = [...this.records.values()]
      .filter(({ indexes }) => inRange(indexes[index], query))
      .toSorted((one, other) => compareBytes(sortOf(one, index), sortOf(other, index)));
    if (order === "descending") found.reverse();
    return { records: found.slice(0, limit).map(toStored), more: found.length > limit };
  }

  async count(query: CountQuery): Promise<number> {
    const { index, now } = query;
    this.#checkIndex(index);
    const found = [...this.records.values()].filter(
      ({ indexes, expiresAt }) =>
        inRange(indexes[index], query) && !(expiresAt !== undefined && expiresAt <= now),
    );
    return found.length;
  }

  async scan({ after, limit }: ScanQuery): Promise<ScanPage> {
    const keys = [...this.records.keys()]
      .filter((key) => after === undefined || compareBytes(key, after) > 0)
      .toSorted(compareBytes);
    const page = keys.slice(0, limit);
    const records = page.map((key) => toStored(this.records.get(key) as MemoryRecord));
    return keys.length > limit ? { records, position: page.at(-1) } : { records };
  }

  /** Throws when the engine could not keep what is to be written. */
  check(action: WriteAction): void {
    if (action.kind === "remove") checkKey(action.key);
    else checkRecord(action.record, this.#definition);
  }

  /** Whether a condition holds for the record with a key. */
  holds(key: string, condition: WriteCondition): boolean {
    if (condition.kind === "none") return true;
    const stored = this.records.get(key);
    const isAlive =
      stored !== undefined &&
      !(stored.expiresAt !== undefined && stored.expiresAt <= condition.now);
    if (condition.kind === "revision") return isAlive && stored.revision === condition.revision;
    return isAlive === (condition.kind === "present");
  }

  /** Writes whatever the condition. */
  apply(action: WriteAction): void {
    if (action.kind === "remove") {
      this.records.delete(action.key);
      return;
    }
    const { hint: _hint, ...record } = action.record;
    const { key, revision, expiresAt } = record;
    const text = JSON.stringify(record);
    const { indexes } = JSON.parse(text) as StoredRecord;
    this.records.set(key, { revision, expiresAt, indexes, text });
  }

  #checkIndex(index: string): void {
    const { name, indexes } = this.#definition;
    if (!indexes.includes(index)) {
      throw new MemoryEngineError(`The collection "${name}" has no index "${index}".`);
    }
  }
}

/** The key that a write is about. */
export function keyOf(action: WriteAction): string {
  return action.kind === "set" ? action.record.key : action.key;
}

function sortOf({ indexes }: MemoryRecord, index: string): string {
  return indexes[index]?.sort ?? "";
}

function toStored({ text }: MemoryRecord): StoredRecord {
  return JSON.parse(text) as StoredRecord & { data: JsonObject };
}
