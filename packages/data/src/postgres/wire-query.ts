import type { FastPath } from "../driver/fast-path.ts";
import { callMessage, leadingMessage } from "./call-message.ts";
import type { SqlResult, SqlRow, SqlValue, Statement } from "./sql-client.ts";

/** The versions of `pg` whose connections a {@link WireQuery} knows. */
export const wirePath: FastPath = { client: "pg", major: 8, minor: 11 };

interface Stream {
  readonly writable: boolean;
  cork(): void;
  uncork(): void;
  write(data: Uint8Array): unknown;
}

/** The connection inside a client of `pg`: the parts that are used here, as by the queries of `pg`. */
export interface WireConnection {
  readonly stream: Stream;
  /** The texts of parsed statements, by name. */
  readonly parsedStatements: Record<string, string>;
  parse(message: { readonly name: string; readonly text: string }): void;
  close(message: { readonly type: "S"; readonly name: string }): void;
}

/** The answer to this query, or to a query of `pg` that was made from a copy of it. */
type AnyResult = SqlResult & { readonly rowCount?: number | null };

type Answered = (error: Error | null, result?: AnyResult) => void;

/** Reads every column as text. */
export interface TextTypes {
  readonly getTypeParser: () => (text: string) => string;
}

/**
 * Columns stay as the server writes them: the pool may be shared with code that sets other parsers, and only data
 * is parsed as JSON.
 */
export const asText: TextTypes = { getTypeParser: () => (text) => text };

// In effect until the end of the transaction, here of the single statement: the next statement on the same
// connection of the server may belong to another program. `set local` does the same, with a warning.
const limitText = "select set_config('statement_timeout', $1, true)";
const limitName = "plinth_limit";

/** Options of a {@link WireQuery}. */
export interface WireQueryOptions {
  /** The time limit of the answer, in milliseconds. */
  readonly timeout: number;
  /** The time limit for the server, in milliseconds. Absent: as configured on the server. */
  readonly limit?: number | undefined;
  /** Whether the server keeps the statement by its name. */
  readonly prepare: boolean;
}

/**
 * One statement as a "submittable" of `pg`: a query that sends and reads its own messages. It does not ask the
 * server to describe the columns, which are known, and does not copy their text; it costs a quarter less than a
 * query of `pg`. The time limit is sent before the statement, in the same transaction and the same write.
 *
 * Its fields have the names of a query of `pg`, which needs them for its timeout, as tracers do. Some tracers send
 * a copy of a query, so everything it needs, functions included, is an own property.
 */
export class WireQuery implements SqlResult {
  readonly text: string;
  readonly name: string | undefined;
  readonly values: readonly (string | null)[];
  readonly query_timeout: number;
  // For code that makes a query of `pg` from some of the fields: its answer then looks the same.
  readonly rowMode = "array";
  readonly types: TextTypes = asText;
  /** Called once. `pg` replaces it by a function that stops the timer and calls this one. */
  callback: Answered;
  readonly rows: SqlRow[] = [];
  count = 0;
  readonly limit: number | undefined;
  /** Whether the answer to the time limit is still to come. */
  isLimiting: boolean;

  constructor(
    { text, name }: Statement,
    values: readonly SqlValue[],
    { timeout, limit, prepare }: WireQueryOptions,
    callback: Answered,
  ) {
    this.text = text;
    this.name = prepare ? name : undefined;
    this.values = values.map(toText);
    this.query_timeout = timeout;
    this.limit = limit;
    this.isLimiting = limit !== undefined;
    this.callback = callback;
  }

  readonly submit: (this: WireQuery, connection: WireConnection) => void = submit;

  readonly handleDataRow: (this: WireQuery, row: { readonly fields: SqlRow }) => void = addRow;

  /** Reads texts such as `INSERT 0 1`: the number of rows is last. */
  readonly handleCommandComplete: (this: WireQuery, end: { readonly text: string }) => void =
    endCommand;

  readonly handleReadyForQuery: (this: WireQuery, connection?: WireConnection) => void = answer;

  readonly handleError: (this: WireQuery, error: Error) => void = fail;
}

function submit(this: WireQuery, connection: WireConnection): void {
  const { name = "", text, values, limit } = this;
  const { stream, parsedStatements } = connection;
  // As in `pg`: the connection is about to end, which ends the query.
  if (!stream.writable) return;
  const isPrepared = name !== "";
  const isKnown = isPrepared && parsedStatements[name] === text;
  const isLimitKnown = limit === undefined || (isPrepared && limitName in parsedStatements);
  if (isKnown && isLimitKnown) {
    stream.write(callMessage(name, values, limit === undefined ? undefined : limitCall(limit)));
    return;
  }
  // One system call for all messages.
  stream.cork();
  // `pg` takes any parsed statement for the one of the query: the query's own has to be first. Statements without
  // a name replace each other, and each is called before the next one is parsed.
  if (isPrepared && !isKnown) connection.parse({ name, text });
  if (limit !== undefined) {
    const limitStatement = isPrepared ? limitName : "";
    if (!isLimitKnown) {
      // A failed query may have left one.
      if (isPrepared) connection.close({ type: "S", name: limitName });
      connection.parse({ name: limitStatement, text: limitText });
    }
    stream.write(leadingMessage(limitStatement, [String(limit)]));
  }
  if (!isPrepared) connection.parse({ name, text });
  stream.write(callMessage(name, values));
  stream.uncork();
}

function addRow(this: WireQuery, { fields }: { readonly fields: SqlRow }): void {
  this.rows.push(fields);
}

function endCommand(this: WireQuery, { text }: { readonly text: string }): void {
  if (this.isLimiting) {
    this.isLimiting = false;
    this.rows.length = 0;
  } else this.count = Number(text.slice(text.lastIndexOf(" ") + 1)) || 0;
}

function answer(this: WireQuery, connection?: WireConnection): void {
  if (connection !== undefined && this.limit !== undefined && this.name !== undefined) {
    connection.parsedStatements[limitName] = limitText;
  }
  this.callback(null, this);
}

function fail(this: WireQuery, error: Error): void {
  this.callback(error);
}

const limitCalls = new Map<number, Uint8Array>();

function limitCall(limit: number): Uint8Array {
  let call = limitCalls.get(limit);
  if (call === undefined)
    limitCalls.set(limit, (call = leadingMessage(limitName, [String(limit)])));
  return call;
}

/** Writes a value as text for Postgres. */
function toText(value: SqlValue): string | null {
  if (typeof value === "string" || value === null) return value;
  if (typeof value === "number") return String(value);
  return `{${value.map((item) => `"${item.replaceAll(/["\\]/g, String.raw`\$&`)}"`).join(",")}}`;
}
