import { FailedPreconditionError } from "@plinth/core/errors";
import { presentable } from "@plinth/support/presentable";
import type { DriverCallOptions } from "../driver/driver-collection.ts";
import { sqlState } from "./error-code.ts";
import { quote } from "./identifiers.ts";
import {
  shapeStatements,
  type TableShape,
  tableShape,
  tokenTableShape,
} from "./schema-statements.ts";
import type { SqlClient, SqlRow } from "./sql-client.ts";
import { statement, type Table } from "./table.ts";

const inspect =
  statement(`select 'column', a.attname::text, format_type(a.atttypid, a.atttypmod), coalesce(c.collname::text, '')
from pg_attribute a left join pg_collation c on c.oid = a.attcollation
where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped
union all
select 'index', c.relname::text, case when i.indisvalid then 'valid' else 'invalid' end, ''
from pg_index i join pg_class c on c.oid = i.indexrelid
where i.indrelid = to_regclass($1)`);

const inspectEncoding = statement("select current_setting('server_encoding')");
const inspectSchema = statement("select 1 from pg_namespace where nspname = $1");

/** Any number, as long as all processes that create tables use the same. */
const lockKey = 0x706c_696e;

/** Finds the missing parts of a table: one sentence per part. */
export async function missingParts(
  client: SqlClient,
  table: Table,
  options: DriverCallOptions,
): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const shape of [tableShape(table), tokenTableShape(table.schema)]) {
    const { rows } = await client.query(inspect, [shape.name], options);
    missing.push(...differences(shape, rows));
  }
  const { rows } = await client.query(inspectEncoding, [], options);
  const [encoding] = rows[0] ?? [];
  if (encoding !== "UTF8") missing.push(`The database's encoding is ${encoding}, not UTF8.`);
  return missing;
}

/**
 * Creates the missing parts of a table. Throws `failed_precondition` if existing parts do not match.
 */
export async function createMissingParts(
  client: SqlClient,
  table: Table,
  options: DriverCallOptions,
): Promise<void> {
  // Checked first, so that no right to create is needed if nothing is missing.
  if ((await missingParts(client, table, options)).length === 0) return;
  let cause: unknown;
  try {
    await create(client, table, options);
  } catch (error) {
    // For refusals about the tables themselves, the missing parts tell more.
    if (sqlState(error)?.startsWith("42") !== true) throw error;
    cause = error;
  }
  const missing = await missingParts(client, table, options);
  if (missing.length === 0) return;
  const reason = cause instanceof Error ? ` The server says: ${cause.message}.` : "";
  throw presentable(
    new FailedPreconditionError(
      `What ${table.name} needs cannot be created: ${missing.join(" ")}${reason}`,
      { cause },
    ),
  );
}

async function create(client: SqlClient, table: Table, options: DriverCallOptions): Promise<void> {
  const shapes = [tokenTableShape(table.schema), tableShape(table)];
  await client.transaction(async (session) => {
    // Concurrent creation would collide in the system tables, despite `if not exists`.
    await session.script(
      `set local statement_timeout = 0; set local client_min_messages = warning; select pg_advisory_xact_lock(${lockKey})`,
    );
    const { count } = await session.query(inspectSchema, [table.schema]);
    if (count === 0) await session.script(`create schema if not exists ${quote(table.schema)}`);
    await session.script(shapes.flatMap(shapeStatements).join("\n"));
    return { commit: true, value: undefined };
  }, options);
}

/** Compares the parts of a table with the required ones. */
function differences(
  { name, columns, indexes }: TableShape,
  rows: readonly SqlRow[],
): readonly string[] {
  if (!rows.some(([kind]) => kind === "column")) return [`The table ${name} does not exist.`];
  const found = new Map(
    rows.map(([kind, part, state, collation]) => [`${kind} ${part}`, { state, collation }]),
  );
  const missing: string[] = [];
  for (const [column, type] of columns) {
    const there = found.get(`column ${column}`);
    const full = `column "${column}" of the table ${name}`;
    if (there === undefined) missing.push(`The ${full} does not exist.`);
    else if (there.state !== type) missing.push(`The ${full} is ${there.state}, not ${type}.`);
    else if (type === "text" && there.collation !== "C") {
      missing.push(`The ${full} has the collation "${there.collation}", not "C".`);
    }
  }
  for (const index of indexes.keys()) {
    const there = found.get(`index ${index}`);
    if (there === undefined)
      missing.push(`The index "${index}" of the table ${name} does not exist.`);
    else if (there.state !== "valid")
      missing.push(`The index "${index}" of the table ${name} is not valid.`);
  }
  return missing;
}
