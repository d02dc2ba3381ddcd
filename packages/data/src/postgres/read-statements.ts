import type { CountQuery, IndexQuery, IndexRange, ScanQuery } from "../driver/index-query.ts";
import { indexColumns, quote } from "./identifiers.ts";
import type { SqlValue, Statement } from "./sql-client.ts";
import { statement, type Table } from "./table.ts";
import type { Call } from "./write-statements.ts";

/** Makes the statements that read one table. */
export class ReadStatements {
  readonly #table: Table;
  readonly #select: string;
  readonly #known = new Map<string, Statement>();

  constructor(table: Table) {
    this.#table = table;
    this.#select = `select ${table.columns.join(", ")} from ${table.name}`;
  }

  /** Reads records by key; absent ones leave no row. */
  get(keys: readonly string[]): Call {
    const [only] = keys;
    if (only !== undefined && keys.length === 1) {
      return { statement: this.#statement(`${this.#select} where key = $1`), values: [only] };
    }
    const text = `${this.#select} where key = any($1::text[])`;
    return { statement: this.#statement(text), values: [[...new Set(keys)]] };
  }

  /** Reads one record more than the limit, which shows whether there are more. */
  query(query: IndexQuery): Call {
    const { where, values, sort } = toCondition(query);
    const direction = query.order === "ascending" ? "asc" : "desc";
    const text = `${this.#select} where ${where} order by ${sort} ${direction} limit $${values.length + 1}`;
    return { statement: this.#statement(text), values: [...values, query.limit + 1] };
  }

  count(query: CountQuery): Call {
    const { where, values } = toCondition(query);
    const now = `$${values.length + 1}`;
    const text = `select count(*) from ${this.#table.name} where ${where} and (expires_at is null or expires_at > ${now})`;
    return { statement: this.#statement(text), values: [...values, query.now] };
  }

  /** Reads all records in the order of their keys, one more than the limit. */
  scan({ after, limit }: ScanQuery): Call {
    return after === undefined
      ? { statement: this.#statement(`${this.#select} order by key limit $1`), values: [limit + 1] }
      : {
          statement: this.#statement(`${this.#select} where key > $1 order by key limit $2`),
          values: [after, limit + 1],
        };
  }

  #statement(text: string): Statement {
    const known = this.#known.get(text) ?? statement(text);
    this.#known.set(text, known);
    return known;
  }
}

function toCondition(range: IndexRange): { where: string; values: SqlValue[]; sort: string } {
  const [partition, sort] = indexColumns(range.index).map(quote) as [string, string];
  const values: SqlValue[] = [range.partition];
  let where = `${partition} = $1`;
  if (range.from !== undefined) {
    where += ` and ${sort} ${range.fromExclusive === true ? ">" : ">="} $${values.push(range.from)}`;
  }
  if (range.to !== undefined) where += ` and ${sort} < $${values.push(range.to)}`;
  return { where, values, sort };
}
