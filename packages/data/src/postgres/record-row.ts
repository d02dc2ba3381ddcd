import { DataLossError, type JsonObject } from "@plinth/core/errors";
import type { IndexEntry, StoredRecord } from "../driver/stored-record.ts";
import { fixedColumns } from "./identifiers.ts";
import type { SqlRow, SqlValue } from "./sql-client.ts";
import type { Table } from "./table.ts";

/** The values of a record, in the order of the table's columns. */
export function toRow({ indexes }: Pick<Table, "indexes">, record: StoredRecord): SqlValue[] {
  const row: SqlValue[] = [
    record.key,
    record.revision,
    record.schemaVersion,
    JSON.stringify(record.data),
    record.expiresAt ?? null,
  ];
  for (const index of indexes) {
    const entry = Object.hasOwn(record.indexes, index) ? record.indexes[index] : undefined;
    row.push(entry?.partition ?? null, entry?.sort ?? null);
  }
  return row;
}

/** A partition that is known already. */
export interface KnownPartition {
  readonly index: string;
  readonly partition: string;
}

/**
 * Turns a row into a record. Throws `data_loss` if no repository wrote the row.
 *
 * @param known Replaces its column.
 */
export function fromRow(
  { indexes, collection }: Pick<Table, "indexes" | "collection">,
  row: SqlRow,
  known?: KnownPartition,
): StoredRecord {
  const [key, revision, schemaVersion, text, expiresAt] = row;
  const version = Number(schemaVersion);
  const data = parseData(text);
  if (
    typeof key !== "string" ||
    typeof revision !== "string" ||
    !Number.isInteger(version) ||
    data === undefined
  ) {
    throw new DataLossError(`The table of "${collection}" holds a row that is not a record.`);
  }
  const found: Record<string, IndexEntry> = {};
  let column = fixedColumns.length;
  for (const index of indexes) {
    const partition = index === known?.index ? known.partition : row[column];
    const sort = row[column + 1];
    if (typeof partition === "string" && typeof sort === "string") {
      found[index] = { partition, sort };
    }
    column += 2;
  }
  return typeof expiresAt === "string"
    ? { key, revision, schemaVersion: version, data, expiresAt: Number(expiresAt), indexes: found }
    : { key, revision, schemaVersion: version, data, indexes: found };
}

// The type of the column ensures that the text is JSON, but not that it is an object.
function parseData(text: string | null | undefined): JsonObject | undefined {
  if (typeof text !== "string") return undefined;
  const data: unknown = JSON.parse(text);
  return typeof data === "object" && data !== null && !Array.isArray(data)
    ? (data as JsonObject)
    : undefined;
}
