import { createHash } from "node:crypto";
import type { CollectionDefinition } from "../driver/driver-collection.ts";
import { fixedColumns, indexColumns, qualify, quote, tableName } from "./identifiers.ts";
import type { Statement } from "./sql-client.ts";

/** The table of a collection, for statements. */
export interface Table {
  readonly collection: string;
  /** Names of the indexes, in the order of their columns. */
  readonly indexes: readonly string[];
  /** The Postgres schema of the table. */
  readonly schema: string;
  /** The table's name with its schema, quoted. */
  readonly name: string;
  /** All columns, quoted. `record-row.ts` relies on the order. */
  readonly columns: readonly string[];
}

/** The table of a collection. */
export function tableOf(
  { name, indexes }: Pick<CollectionDefinition, "name" | "indexes">,
  schema: string,
): Table {
  return {
    collection: name,
    indexes,
    schema,
    name: qualify(schema, tableName(name)),
    columns: [...fixedColumns, ...indexes.flatMap(indexColumns)].map(quote),
  };
}

/** Makes a statement from its text. The name is the same for the same text. */
export function statement(text: string): Statement {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 24);
  return { text, name: `plinth_${hash}` };
}
