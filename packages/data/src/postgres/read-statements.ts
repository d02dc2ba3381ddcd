import type { CountQuery, IndexQuery, IndexRange, ScanQuery } from "../driver/index-query.ts";
import { fixedColumns, indexColumns, quote } from "./identifiers.ts";
import type { SqlValue, Statement } from "./sql-client.ts";
import { statement, type Table } from "./table.ts";
import type { Call } from "./write-statements.ts";

// The columns that are not text, or whose text does not begin with a value of a caller.
const others: ReadonlySet<string> = new Set(fixedColumns.slice(2).map(quote));

/** Makes the statements that read one table. */
export class ReadStatements {
  readonly #table: Table;
  /** The expression that selects each column, in the order of the table. */
  readonly #read: readonly string[];
  readonly #select: string;
  readonly #getOne: Statement;
  readonly #getMany: Statement;
  /** Statements of queries and counts, by the parts in which their texts differ. */
  readonly #known = new Map<string, Statement>();

  /** @param textOf Selects a text column; see `SqlClient.textOf`. Default: by its name. */
  constructor(table: Table, textOf: (column: string) => string = (column) => column) {
    this.#table = table;
    this.#read = table.columns.map((column) => (others.has(column) ? column : textOf(column)));
    this.#select = `select ${this.#read.join(", ")} from ${table.name}`;
    this.#getOne = statement(`${this.#select} where key = $1`);
    this.#getMany = statement(`${this.#select} where key = any($1::text[])`);
  }

  /** Reads records by key; absent ones leave no row. */
  get(keys: readonly string[]): Call {
    const [only] = keys;
    if (only !== undefined && keys.length === 1) {
      return { statement: this.#getOne, values: [only] };
    }
    return { statement: this.#getMany, values: [[...new Set(keys)]] };
  }

  /**
   * Reads one record more than the limit, which shows whether there are more. The rows have `null` instead of the
   * partition, which they share.
   */
  query(query: IndexQuery): Call {
    const values = [...valuesOf(query), query.limit + 1];
    const made = this.#statement(query, query.order, () => {
      const { where, partition, sort } = toCondition(query);
      const { columns, name } = this.#table;
      const read = columns.map((column, n) => (column === partition ? "null" : this.#read[n]));
      const direction = query.order === "ascending" ? "asc" : "desc";
      return `select ${read.join(", ")} from ${name} where ${where} order by ${sort} ${direction} limit $${values.length}`;
    });
    return { statement: made, values };
  }

  count(query: CountQuery): Call {
    const values = [...valuesOf(query), query.now];
    const made = this.#statement(query, "count", () => {
      const { where } = toCondition(query);
      return `select count(*) from ${this.#table.name} where ${where} and (expires_at is null or expires_at > $${values.length})`;
    });
    return { statement: made, values };
  }

  /** Reads all records in the order of their keys, one more than the limit. */
  scan({ after, limit }: ScanQuery): Call {
    return after === undefined
      ? { statement: statement(`${this.#select} order by key limit $1`), values: [limit + 1] }
      : {
          statement: statement(`${this.#select} where key > $1 order by key limit $2`),
          values: [after, limit + 1],
        };
  }

  // Making the text, and looking it up by its 300 characters, takes longer than a lookup by a short key.
  #statement(range: IndexRange, use: IndexQuery["order"] | "count", text: () => string): Statement {
    const { index, from, fromExclusive, to } = range;
    const start = from === undefined ? "" : fromExclusive === true ? ">" : ">=";
    // Names of indexes are letters and digits.
    const shape = `${index} ${use} ${start}${to === undefined ? "" : "<"}`;
    let known = this.#known.get(shape);
    if (known === undefined) this.#known.set(shape, (known = statement(text())));
    return known;
  }
}

/** The values for {@link toCondition}, in its order. */
function valuesOf({ partition, from, to }: IndexRange): SqlValue[] {
  const values: SqlValue[] = [partition];
  if (from !== undefined) values.push(from);
  if (to !== undefined) values.push(to);
  return values;
}

function toCondition(range: IndexRange): { where: string; partition: string; sort: string } {
  const [partition, sort] = indexColumns(range.index).map(quote) as [string, string];
  let where = `${partition} = $1`;
  let place = 1;
  if (range.from !== undefined) {
    where += ` and ${sort} ${range.fromExclusive === true ? ">" : ">="} $${(place += 1)}`;
  }
  if (range.to !== undefined) where += ` and ${sort} < $${(place += 1)}`;
  return { where, partition, sort };
}
