import type { JsonObject } from "@plinth/core/errors";
import { conditionHolds, isExpired } from "../driver/condition-holds.ts";
import type { CollectionDefinition, DriverCollection } from "../driver/driver-collection.ts";
import type {
  CountQuery,
  IndexPage,
  IndexQuery,
  ScanPage,
  ScanQuery,
} from "../driver/index-query.ts";
import { keyOf } from "../driver/key-of.ts";
import type { StoredRecord } from "../driver/stored-record.ts";
import type { CheckAction } from "../driver/transact-action.ts";
import type { WriteAction, WriteCondition, WriteOutcome } from "../driver/write-action.ts";
import { MemoryEngineError } from "./memory-engine-error.ts";
import { checkKey, checkRecord } from "./engine-limits.ts";
import type { MemoryRecord, MemoryRecords } from "./memory-records.ts";

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
    if (!this.holds(keyOf(action), action.condition, versionOf(action))) return "refused";
    this.apply(action);
    return "applied";
  }

  async query(query: IndexQuery): Promise<IndexPage> {
    const { index, order, limit } = query;
    this.#checkIndex(index);
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
      throw new MemoryEngineError(`A page of ${limit} records is not possible.`);
    }
    return firstOf(this.records.range(query, order), limit);
  }

  async count(query: CountQuery): Promise<number> {
    const { index, now } = query;
    this.#checkIndex(index);
    let found = 0;
    for (const record of this.records.range(query)) {
      if (!isExpired(record, now)) found += 1;
    }
    return found;
  }

  async scan({ after, limit }: ScanQuery): Promise<ScanPage> {
    const { records, more } = firstOf(this.records.behind(after), limit);
    return more ? { records, position: records.at(-1)?.key } : { records };
  }

  /** Throws if the engine cannot store the result of a write. */
  check(action: WriteAction): void {
    if (action.kind === "remove") checkKey(action.key);
    else checkRecord(action.record, this.#definition);
  }

  /**
   * Whether a condition holds for the record with a key.
   *
   * @param version The schema version of the record that replaces it: a newer record is not replaced.
   *   Default: it is not replaced.
   */
  holds(
    key: string,
    condition: WriteCondition,
    version: number = Number.POSITIVE_INFINITY,
  ): boolean {
    const stored = this.records.get(key);
    const isNewer = stored !== undefined && stored.schemaVersion > version;
    if (isNewer && condition.kind !== "absent") return false;
    return conditionHolds(condition, stored);
  }

  /** Writes without checking the condition. */
  apply(action: WriteAction): void {
    if (action.kind === "remove") {
      this.records.delete(action.key);
      return;
    }
    const { hint: _hint, ...record } = action.record;
    const { key, revision, schemaVersion, expiresAt } = record;
    const text = JSON.stringify(record);
    const { indexes } = JSON.parse(text) as StoredRecord;
    this.records.set(key, { revision, schemaVersion, expiresAt, indexes, text });
  }

  #checkIndex(index: string): void {
    const { name, indexes } = this.#definition;
    if (!indexes.includes(index)) {
      throw new MemoryEngineError(`The collection "${name}" has no index "${index}".`);
    }
  }
}

/** The schema version of the record that an action stores; `undefined` if it stores none. */
export function versionOf(action: WriteAction | CheckAction): number | undefined {
  return action.kind === "set" ? action.record.schemaVersion : undefined;
}

/** The first records, and whether there are more. */
function firstOf(found: Iterable<MemoryRecord>, limit: number): IndexPage {
  const records: StoredRecord[] = [];
  for (const record of found) {
    if (records.length === limit) return { records, more: true };
    records.push(toStored(record));
  }
  return { records, more: false };
}

function toStored({ text }: MemoryRecord): StoredRecord {
  return JSON.parse(text) as StoredRecord & { data: JsonObject };
}
