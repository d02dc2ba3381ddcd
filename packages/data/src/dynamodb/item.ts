import { DataLossError, type JsonObject, type JsonValue } from "@plinth/core/errors";
import type { StoredRecord } from "../driver/stored-record.ts";

/** Attributes of an item that are not fields of the record. */
export const attributes: {
  readonly key: "_key";
  readonly revision: "_revision";
  readonly schemaVersion: "_schemaVersion";
} = { key: "_key", revision: "_revision", schemaVersion: "_schemaVersion" };

// Old engines refuse the empty string, and JSON knows no bytes: one zero byte stands in for it.
const emptyStringMark = Uint8Array.of(0);

/** A value as the document client takes and gives it. */
export type ItemValue =
  | JsonValue
  | Uint8Array
  | readonly ItemValue[]
  | { readonly [name: string]: ItemValue };

/** An item as the document client takes and gives it. */
export type Item = Record<string, ItemValue>;

/**
 * Turns a record into an item: its fields at the top level, beside the metadata.
 *
 * @param markEmptyStrings whether the engine refuses empty strings, so that a mark stands in for them
 */
export function toItem(record: StoredRecord, markEmptyStrings: boolean): Item {
  const { key, revision, schemaVersion, data } = record;
  return {
    ...(markEmptyStrings ? (mark(data) as Item) : data),
    [attributes.key]: key,
    [attributes.revision]: revision,
    [attributes.schemaVersion]: schemaVersion,
  };
}

/** Turns an item back into a record. Throws `data_loss` when the item was not written by us. */
export function fromItem(item: Readonly<Record<string, unknown>>): StoredRecord {
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
  return { key, revision, schemaVersion, data: unmark(data as Item) as JsonObject };
}

function mark(value: JsonValue): ItemValue {
  if (value === "") return emptyStringMark;
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map(mark);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mark(inner)]));
}

// The item was made for us alone, so it is changed in place: most hold no mark at all.
function unmark(value: ItemValue): ItemValue {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return "";
  const container = value as Record<string | number, ItemValue>;
  for (const [name, inner] of Object.entries(container)) {
    if (typeof inner === "object" && inner !== null) container[name] = unmark(inner);
  }
  return value;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
