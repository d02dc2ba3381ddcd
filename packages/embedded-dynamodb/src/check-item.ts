import type { EmbeddedDatabase } from "./embedded-database.ts";
import type { AttributeMap, AttributeValue, Table } from "./dynalite-modules.ts";

/**
 * Checks the rules for a whole item that dynalite lacks or measures in UTF-16 units instead of bytes.
 *
 * @throws A ValidationException.
 */
export function checkItem(database: EmbeddedDatabase, table: Table, item: AttributeMap): void {
  const { db } = database.dynalite;
  const fault = (message: string) =>
    db.validationError(`One or more parameter values were invalid: ${message}`);
  const error =
    db.traverseKey(table, (attribute, _type, isHash) => {
      if (textBytes(item[attribute]) <= (isHash ? 2048 : 1024)) return undefined;
      return fault(
        isHash
          ? "Size of hashkey has exceeded the maximum size limit of2048 bytes"
          : "Aggregated size of all range keys has exceeded the size limit of 1024 bytes",
      );
    }) ??
    db.traverseIndexes(table, (attribute, type, index) => {
      if (item[attribute]?.[type] !== "") return undefined;
      return db.validationError(
        "One or more parameter values are not valid. A value specified for a secondary index " +
          "key is not supported. The AttributeValue for a key attribute cannot contain an empty " +
          `string value. IndexName: ${index.IndexName}, IndexKey: ${attribute}`,
      );
    });
  if (error !== undefined) throw error;
  if (itemBytes(database, item) > database.store.options.maxItemSize) {
    throw db.validationError("Item size has exceeded the maximum allowed size");
  }
}

/** The size of an item as it is billed and limited, in bytes. */
export function itemBytes(database: EmbeddedDatabase, item: AttributeMap): number {
  return database.dynalite.db.itemSize(item) + beyondUtf16Units(item);
}

function textBytes(value: AttributeValue | undefined): number {
  return typeof value?.["S"] === "string" ? Buffer.byteLength(value["S"]) : 0;
}

/** How many more bytes than UTF-16 units the names and texts of an item have. */
function beyondUtf16Units(map: AttributeMap): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(map)) bytes += excess(name) + excessOf(value);
  return bytes;
}

function excessOf(value: AttributeValue): number {
  const texts = typeof value["S"] === "string" ? [value["S"]] : ((value["SS"] ?? []) as string[]);
  const list = (value["L"] ?? []) as AttributeValue[];
  let bytes = value["M"] === undefined ? 0 : beyondUtf16Units(value["M"] as AttributeMap);
  for (const text of texts) bytes += excess(text);
  for (const element of list) bytes += excessOf(element);
  return bytes;
}

function excess(text: string): number {
  return Buffer.byteLength(text) - text.length;
}
