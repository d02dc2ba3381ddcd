import type {
  CollectionDefinition,
  DriverCallOptions,
  DriverCollection,
} from "../driver/driver-collection.ts";
import type {
  CountQuery,
  IndexPage,
  IndexQuery,
  ScanPage,
  ScanQuery,
} from "../driver/index-query.ts";
import type { StoredRecord } from "../driver/stored-record.ts";
import type { WriteAction, WriteOutcome } from "../driver/write-action.ts";
import { ReadStatements } from "./read-statements.ts";
import { fromRow, type KnownPartition } from "./record-row.ts";
import type { SqlClient } from "./sql-client.ts";
import { type Table, tableOf } from "./table.ts";
import { createMissingParts, missingParts } from "./table-state.ts";
import { type Call, conditionHeld, toWriteCall } from "./write-statements.ts";

/** One table of Postgres. */
export class PostgresCollection implements DriverCollection {
  readonly table: Table;
  readonly #client: SqlClient;
  readonly #statements: ReadStatements;

  constructor(definition: CollectionDefinition, schema: string, client: SqlClient) {
    this.table = tableOf(definition, schema);
    this.#client = client;
    this.#statements = new ReadStatements(this.table, client.textOf);
  }

  async get(
    keys: readonly string[],
    options: DriverCallOptions,
  ): Promise<(StoredRecord | undefined)[]> {
    if (keys.length === 0) return [];
    const { rows } = await this.#send(this.#statements.get(keys), options);
    if (keys.length === 1) return [rows[0] && fromRow(this.table, rows[0])];
    const found = new Map(rows.map((row) => [row[0], row]));
    return keys.map((key) => {
      const row = found.get(key);
      return row && fromRow(this.table, row);
    });
  }

  async write(action: WriteAction, options: DriverCallOptions): Promise<WriteOutcome> {
    const call = toWriteCall(this.table, action);
    const { count } = await this.#send(call, options);
    return conditionHeld(call, count) ? "applied" : "refused";
  }

  query(query: IndexQuery, options: DriverCallOptions): Promise<IndexPage> {
    return this.#page(this.#statements.query(query), query.limit, options, query);
  }

  async count(query: CountQuery, options: DriverCallOptions): Promise<number> {
    const { rows } = await this.#send(this.#statements.count(query), options);
    return Number(rows[0]?.[0]);
  }

  async scan(query: ScanQuery, options: DriverCallOptions): Promise<ScanPage> {
    const call = this.#statements.scan(query);
    const { records, more } = await this.#page(call, query.limit, options);
    return more ? { records, position: records.at(-1)?.key } : { records };
  }

  async ensureSchema(options: DriverCallOptions): Promise<void> {
    await createMissingParts(this.#client, this.table, options);
  }

  async checkSchema(options: DriverCallOptions): Promise<readonly string[]> {
    return missingParts(this.#client, this.table, options);
  }

  /** Reads up to `limit` records; the one behind them only shows that there are more. */
  async #page(
    call: Call,
    limit: number,
    options: DriverCallOptions,
    known?: KnownPartition,
  ): Promise<IndexPage> {
    const { rows } = await this.#send(call, options);
    const records: StoredRecord[] = [];
    for (const row of rows) {
      if (records.length === limit) return { records, more: true };
      records.push(fromRow(this.table, row, known));
    }
    return { records, more: false };
  }

  #send({ statement, values }: Call, options: DriverCallOptions): ReturnType<SqlClient["query"]> {
    return this.#client.query(statement, values, options);
  }
}
