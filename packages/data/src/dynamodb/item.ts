import { DataLossError } from "@plinth/core/errors";
import type { IndexEntry, StoredRecord } from "../driver/stored-record.ts";
import { markEmptyStrings, toJson } from "./native-value.ts";

/** Attributes of an item with metadata. */
export const attributes: {
  readonly key: "_key";
  readonly revision: "_revision";
  readonly schemaVersion: "_schemaVersion";
  /** In milliseconds, for conditions and counts. */
  readonly expiresAt: "_expiresAt";
  /** In seconds, rounded up, for removal by the engine. */
  readonly timeToLive: "_timeToLive";
} = {
  key: "_key",
  revision: "_revision",
  schemaVersion: "_schemaVersion",
  expiresAt: "_expiresAt",
  timeToLive: "_timeToLive",
};

/** The two attributes of a record's entry in an index. */
export interface IndexAttributes {
  readonly partition: string;
  readonly sort: string;
}

/** The attributes of an index. Its name has letters and digits only, so that attributes differ. */
export function indexAttributes(index: string): IndexAttributes {
  return { partition: `_${index}_partition`, sort: `_${index}_sort` };
}

/** An item with the values of a document client. */
export type Item = Record<string, unknown>;

/** The key of an item, for requests. */
export function toItemKey(key: string): Item {
  return { [attributes.key]: key };
}

/**
 * Turns a record into an item: its fields at the top level, beside the metadata.
 *
 * @param marked Whether the engine refuses empty strings, so that a mark replaces them.
 */
export function toItem(record: StoredRecord, marked: boolean): Item {
  const { key, revision, schemaVersion, expiresAt, data, indexes } = record;
  const item: Item = {
    ...(marked ? markEmptyStrings(data) : data),
    [attributes.key]: key,
    [attributes.revision]: revision,
    [attributes.schemaVersion]: schemaVersion,
  };
  if (expiresAt !== undefined) {
    item[attributes.expiresAt] = expiresAt;
    item[attributes.timeToLive] = Math.ceil(expiresAt / 1000);
  }
  for (const [index, entry] of Object.entries(indexes)) {
    const names = indexAttributes(index);
    item[names.partition] = entry.partition;
    item[names.sort] = entry.sort;
  }
  return item;
}

/**
 * Turns an item that was just read into a record, which takes over the values of the item. Throws `data_loss`
 * if a repository did not write the item.
 *
 * @param indexNames The indexes of the collection.
 */
export function fromItem(item: Readonly<Item>, indexNames: readonly string[]): StoredRecord {
  const {
    [attributes.key]: key,
    [attributes.revision]: revision,
    [attributes.schemaVersion]: schemaVersion,
    [attributes.expiresAt]: expiresAt,
  } = item;
  if (
    typeof key !== "string" ||
    typeof revision !== "string" ||
    typeof schemaVersion !== "number"
  ) {
    throw new DataLossError(
      `An item lacks ${attributes.key}, ${attributes.revision} or ${attributes.schemaVersion}: it was not written by a repository.`,
    );
  }
  return {
    key,
    revision,
    schemaVersion,
    data: toJson(fieldsOf(item)),
    ...(typeof expiresAt === "number" ? { expiresAt } : {}),
    indexes: entriesOf(item, indexNames),
  };
}

// Metadata begins with an underscore, including that of indexes that are no longer declared.
function fieldsOf(item: Readonly<Item>): Item {
  const fields: Item = {};
  for (const name of Object.keys(item)) {
    if (!name.startsWith("_")) fields[name] = item[name];
  }
  return fields;
}

function entriesOf(
  item: Readonly<Item>,
  indexNames: readonly string[],
): Record<string, IndexEntry> {
  const entries: Record<string, IndexEntry> = {};
  for (const index of indexNames) {
    const names = indexAttributes(index);
    const { [names.partition]: partition, [names.sort]: sort } = item;
    if (typeof partition === "string" && typeof sort === "string") {
      entries[index] = { partition, sort };
    }
  }
  return entries;
}
