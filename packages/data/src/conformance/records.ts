import { randomUUID } from "node:crypto";
import type { DriverCollection } from "../driver/driver-collection.ts";
import type { StoredRecord } from "../driver/stored-record.ts";

/** A record as a driver stores it, with a random key and a place in the index `byRank` of the items. */
export function aRecord(
  partition: string,
  sort: string,
  more: Partial<StoredRecord> = {},
): StoredRecord {
  return {
    key: `key_${randomUUID()}`,
    revision: randomUUID(),
    schemaVersion: 1,
    data: {},
    indexes: { byRank: { partition, sort } },
    ...more,
  };
}

/** Stores records, one after the other. */
export async function setAll(
  collection: DriverCollection,
  records: readonly StoredRecord[],
): Promise<void> {
  for (const record of records) {
    await collection.write({ kind: "set", record, condition: { kind: "none" } }, {});
  }
}

/** A record without what the driver itself added to it. */
export function withoutHint({ hint: _hint, ...record }: StoredRecord): StoredRecord {
  return record;
}
