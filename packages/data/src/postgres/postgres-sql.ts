import {
  collectionsOf,
  type DeclaredRepository,
  type PlacedRepository,
} from "../repository/declared-repository.ts";
import { checkSchemaName, quote, quoteText } from "./identifiers.ts";
import { shapeStatements, tableShape, tokenTableShape } from "./schema-statements.ts";
import { tableOf } from "./table.ts";

/** Options of {@link postgresSql}. */
export interface PostgresSqlOptions {
  /** The Postgres schema of the tables, created if it is missing. Default: `"public"`. */
  readonly schema?: string | undefined;
}

/**
 * Makes the SQL that creates the tables of repositories on Postgres, or adds missing parts. Applying it again
 * changes nothing. It neither begins nor commits a transaction: pass it to a migration tool, or to
 * `psql --single-transaction`.
 *
 * It drops nothing. Existing records enter a new index only when they are written again, as `migrate` does.
 * Creating an index blocks writers of the table: on a large table, create it beforehand with
 * `create index concurrently` and the same name.
 *
 * Throws a `DeclarationError` if two repositories have the same table, or no schema
 * can have the name.
 *
 * @param repositories Repository classes, or `{ repository, collection }` if the table has another name.
 * @returns SQL for PostgreSQL 13 or later, the same for the same declarations.
 */
export function postgresSql(
  repositories: readonly (DeclaredRepository | PlacedRepository)[],
  { schema = "public" }: PostgresSqlOptions = {},
): string {
  checkSchemaName(schema);
  const tables = collectionsOf(repositories).map((collection) =>
    tableShape(tableOf(collection, schema)),
  );
  const parts = [
    schemaStatement(schema),
    ...[...tables, tokenTableShape(schema)].flatMap(shapeStatements),
  ];
  return `${parts.join("\n\n")}\n`;
}

// `create schema if not exists` needs the right to create one even if it exists.
function schemaStatement(schema: string): string {
  return `do $plinth$ begin
  if not exists (select from pg_namespace where nspname = ${quoteText(schema)}) then
    create schema ${quote(schema)};
  end if;
end $plinth$;`;
}
