import {
  expiryIndexName,
  fixedColumns,
  indexColumns,
  indexName,
  keyIndexName,
  qualify,
  quote,
  tokenTable,
} from "./identifiers.ts";
import type { Table } from "./table.ts";

/** The required parts of a table. */
export interface TableShape {
  /** The table's name with its schema, quoted. */
  readonly name: string;
  /** Types of the columns by name. Texts are ordered by their bytes: collation "C". */
  readonly columns: ReadonlyMap<string, ColumnType>;
  /** Statements that create the indexes, by name of the index; the primary key has none. */
  readonly indexes: ReadonlyMap<string, string | undefined>;
  /** Creates the table with the common columns. */
  readonly create: string;
}

/** A type of a column, as Postgres prints it. */
export type ColumnType = "text" | "integer" | "json" | "bigint";

const fixedTypes: readonly ColumnType[] = ["text", "text", "integer", "json", "bigint"];

/** The shape of a collection's table. */
export function tableShape({ name, collection, indexes }: Table): TableShape {
  const entries = indexes.flatMap(indexColumns);
  const keyIndex = keyIndexName(collection);
  const expiryIndex = expiryIndexName(collection);
  return {
    name,
    columns: new Map([
      ...fixedColumns.map((column, n) => [column, fixedTypes[n] ?? "text"] as const),
      ...entries.map((column) => [column, "text"] as const),
    ]),
    indexes: new Map([
      [keyIndex, undefined],
      [
        expiryIndex,
        `create index if not exists ${quote(expiryIndex)} on ${name} (expires_at) where expires_at is not null;`,
      ],
      ...indexes.map((index) => declaredIndex(name, collection, index)),
    ]),
    create: `create table if not exists ${name} (
  key text collate "C" not null constraint ${quote(keyIndex)} primary key,
  revision text collate "C" not null,
  schema_version integer not null,
  data json not null,
  expires_at bigint
);`,
  };
}

/** The shape of the table of the tokens of transactions. */
export function tokenTableShape(schema: string): TableShape {
  const name = qualify(schema, tokenTable);
  const keyIndex = `${tokenTable}:key`;
  const expiryIndex = `${tokenTable}:expires_at`;
  return {
    name,
    columns: new Map([
      ["token", "text"],
      ["fingerprint", "text"],
      ["expires_at", "bigint"],
    ]),
    indexes: new Map([
      [keyIndex, undefined],
      [expiryIndex, `create index if not exists ${quote(expiryIndex)} on ${name} (expires_at);`],
    ]),
    create: `create table if not exists ${name} (
  token text collate "C" not null constraint ${quote(keyIndex)} primary key,
  fingerprint text collate "C" not null,
  expires_at bigint not null
);`,
  };
}

/** Statements that add the missing parts of a table. */
export function shapeStatements({ name, columns, indexes, create }: TableShape): readonly string[] {
  // Only the columns of declared indexes are added to an existing table.
  const added = [...columns].filter(([column]) => /_(partition|sort)$/.test(column));
  const alter = added.map(
    ([column]) => `  add column if not exists ${quote(column)} text collate "C"`,
  );
  return [
    create,
    ...(alter.length === 0 ? [] : [`alter table ${name}\n${alter.join(",\n")};`]),
    ...[...indexes.values()].filter((index) => index !== undefined),
  ];
}

function declaredIndex(
  table: string,
  collection: string,
  index: string,
): readonly [string, string] {
  const name = indexName(collection, index);
  const columns = indexColumns(index).map(quote) as [string, string];
  return [
    name,
    `create index if not exists ${quote(name)} on ${table} (${columns.join(", ")}) where ${columns[0]} is not null;`,
  ];
}
