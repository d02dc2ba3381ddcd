import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { DataLossError } from "@plinth/core/errors";
import type { StoredRecord } from "../driver/stored-record.ts";
import { fromAttributes, toAttributes } from "./attribute-value.ts";

/** Attributes of an item that are not fields of the record. */
export const attributes: {
  readonly key: "_key";
  readonly revision: "_revision";
  readonly schemaVersion: "_schemaVersion";
} = { key: "_key", revision: "_revision", schemaVersion: "_schemaVersion" };

/** An item as the SDK takes and gives it. */
export type Item = Record<string, AttributeValue>;

/** The key of an item, as requests name it. */
export function toItemKey(key: string): Item {
  return { [attributes.key]: { S: key } };
}

/**
 * Turns a record into an item: its fields at the top level, beside the metadata.
 *
 * @param markEmptyStrings whether the engine refuses empty strings, so that a mark stands in for them
 */
export function toItem(record: StoredRecord, markEmptyStrings: boolean): Item {
  const item = toAttributes(record.data, markEmptyStrings);
  item[attributes.key] = { S: record.key };
  item[attributes.revision] = { S: record.revision };
  item[attributes.schemaVersion] = { N: String(record.schemaVersion) };
  return item;
}

/** Turns an item back into a record. Throws `data_loss` when the item was not written by us. */
export function fromItem(item: Readonly<Item>): StoredRecord {
  const {
    [attributes.key]: key,
    [attributes.revision]: revision,
    [attributes.schemaVersion]: schemaVersion,
    ...data
  } = item;
  if (key?.S === undefined || revision?.S === undefined || schemaVersion?.N === undefined) {
    throw new DataLossError(
      `An item lacks ${attributes.key}, ${attributes.revision} or ${attributes.schemaVersion}: it was not written by a repository.`,
    );
  }
  return {
    key: key.S,
    revision: revision.S,
    schemaVersion: Number(schemaVersion.N),
    data: fromAttributes(data),
  };
}
