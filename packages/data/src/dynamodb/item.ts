import { DataLossError } from "@plinth/core/errors";
import type { StoredRecord } from "../driver/stored-record.ts";
import { markEmptyStrings, toJson } from "./native-value.ts";

/** Attributes of an item that are not fields of the record. */
export const attributes: {
  readonly key: "_key";
  readonly revision: "_revision";
  readonly schemaVersion: "_schemaVersion";
} = { key: "_key", revision: "_revision", schemaVersion: "_schemaVersion" };

/** An item as the document client takes and gives it. */
export type Item = Record<string, unknown>;

/** The key of an item, as requests name it. */
export function toItemKey(key: string): Item {
  return { [attributes.key]: key };
}

/**
 * Turns a record into an item: its fields at the top level, beside the metadata.
 *
 * @param marked whether the engine refuses empty strings, so that a mark stands in for them
 */
export function toItem(record: StoredRecord, marked: boolean): Item {
  return {
    ...(marked ? markEmptyStrings(record.data) : record.data),
    [attributes.key]: record.key,
    [attributes.revision]: record.revision,
    [attributes.schemaVersion]: record.schemaVersion,
  };
}

/**
 * Turns an item that was just read into a record, whose data takes over the item's values. Throws
 * `data_loss` when the item was not written by us.
 */
export function fromItem(item: Readonly<Item>): StoredRecord {
  const {
    [attributes.key]: key,
    [attributes.revision]: revision,
    [attributes.schemaVersion]: schemaVersion,
    ...data
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
  return { key, revision, schemaVersion, data: toJson(data), indexes: {} };
}
