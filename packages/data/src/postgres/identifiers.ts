import { createHash } from "node:crypto";
import { DeclarationError } from "@plinth/core/errors";

/** The maximum length of a name, in bytes; Postgres cuts longer ones. */
const longest = 63;

const hashLength = 16;

/** The names of the columns of every table. */
export const fixedColumns: readonly ["key", "revision", "schema_version", "data", "expires_at"] = [
  "key",
  "revision",
  "schema_version",
  "data",
  "expires_at",
];

/** The table of the tokens of transactions. No collection has a colon in its name. */
export const tokenTable = "plinth:transactions";

/** Throws a `DeclarationError` unless a Postgres schema can have the name. */
export function checkSchemaName(schema: string): void {
  if (schema === "" || Buffer.byteLength(schema) > longest || schema.includes("\0")) {
    throw new DeclarationError(`The Postgres schema needs a name of 1 to ${longest} bytes.`);
  }
}

/** Quotes a name for use in SQL. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes a text for use in SQL. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name with its schema, quoted. */
export function qualify(schema: string, name: string): string {
  return `${quote(schema)}.${quote(name)}`;
}

/** The table of a collection: its name, or the beginning and a hash of a longer one. */
export function tableName(collection: string): string {
  return shorten(collection, ":");
}

/** The index of the key. Indexes share a namespace with tables, and no collection has a colon. */
export function keyIndexName(collection: string): string {
  return shorten(`${collection}:key`, ":");
}

/** The index of the expiry. */
export function expiryIndexName(collection: string): string {
  return shorten(`${collection}:expires_at`, ":");
}

/** The Postgres index of a declared index. */
export function indexName(collection: string, index: string): string {
  return shorten(`${collection}:index:${index}`, ":");
}

/** The two columns of a declared index. Index names are letters and digits, so none is a fixed column. */
export function indexColumns(index: string): readonly [partition: string, sort: string] {
  const short = shorten(index, "_", longest - "_partition".length);
  return [`${short}_partition`, `${short}_sort`];
}

function shorten(name: string, separator: string, room: number = longest): string {
  if (Buffer.byteLength(name) <= room) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, hashLength);
  return `${name.slice(0, room - hashLength - 1)}${separator}${hash}`;
}
