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

/** What is used of the connection inside a client of `pg`; its own queries use the same. */
export interface WireConnection {
  readonly stream: Stream;
  /** Texts of the statements that the server has parsed, by name. */
  readonly parsedStatements: Record<string, string>;
  parse(message: { readonly name: string; readonly text: string }): void;
  close(message: { readonly type: "S"; readonly name: string }): void;
}

/** The answer of a query of ours, or of `pg` where it was copied. */
type AnyResult = SqlResult & { readonly rowCount?: number | null };

type Answered = (error: Error | null, result?: AnyResult) => void;

/** Takes every column for text. */
export interface TextTypes {
  readonly getTypeParser: () => (text: string) => string;
}

/**
 * Columns are wanted as the server writes them: the pool may be shared with code that has set other
 * parsers, and JSON is parsed only where it is data.
 */
export const asText: TextTypes = { getTypeParser: () => (text) => text };

// Holds until the end of the transaction, which a statement on its own is: the next one on the same
// connection of the server may be another program's. `set local` would do the same, with a warning.
const limitText = "select set_config('statement_timeout', $1, true)";
const limitName = "plinth_limit";

/** How a {@link WireQuery} is sent. */
export interface WireQueryOptions {
  /** How long to wait for the answer, in milliseconds. */
  readonly timeout: number;
  /** How long the server may take, in milliseconds. Absent: as long as it may in any case. */
  readonly limit?: number | undefined;
  /** Whether the server keeps the statement under its name. */
  readonly prepare: boolean;
}

/**
 * One statement as a "submittable" of `pg`: a query that sends and reads its own messages. It does not
 * ask the server to describe the columns, which it knows, and takes their text as it comes; that makes
 * it cost a quarter less than a query of `pg`, which also copies what it is told. A limit of time goes
 * ahead of the statement, in the same transaction and the same piece.
 *
 * The names of the fields are those of a query of `pg`: it keeps the time limit by them, and what traces
 * queries reads them. Some of those send a copy of what they are given, so all that a query needs, its
 * functions as well, are properties of its own.
 */
export class WireQuery implements SqlResult {
  readonly text: string;
  readonly name: string | undefined;
  readonly values: readonly (string | null)[];
  readonly query_timeout: number;
  // For those that make a query of `pg` out of some of the fields: its answer then looks the same.
  readonly rowMode = "array";
  readonly types: TextTypes = asText;
  /** Called once. `pg` puts its own in place, which stops the clock and calls this one. */
  callback: Answered;
  readonly rows: SqlRow[] = [];
  count = 0;
  readonly limit: number | undefined;
  /** Whether the answer to the limit is yet to come. */
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

  /** Takes such as `INSERT 0 1`: the number of rows comes last. */
  readonly handleCommandComplete: (this: WireQuery, end: { readonly text: string }) => void =
    endCommand;

  readonly handleReadyForQuery: (this: WireQuery, connection?: WireConnection) => void = answer;

  readonly handleError: (this: WireQuery, error: Error) => void = fail;
}

function submit(this: WireQuery, connection: WireConnection): void {
  const { name = "", text, values, limit } = this;
  const { stream, parsedStatements } = connection;
  // As `pg` does it: the end of the connection, which is near, ends the query.
  if (!stream.writable) return;
  const isPrepared = name !== "";
  const isKnown = isPrepared && parsedStatements[name] === text;
  const isLimitKnown = limit === undefined || (isPrepared && limitName in parsedStatements);
  if (isKnown && isLimitKnown) {
    stream.write(callMessage(name, values, limit === undefined ? undefined : limitCall(limit)));
    return;
  }
  // All pieces leave by one call of the system.
  stream.cork();
  // `pg` takes every parsed statement for the one of the query: the query's own has to come first. Those
  // without a name take each other's place, and each is called before the next one.
  if (isPrepared && !isKnown) connection.parse({ name, text });
  if (limit !== undefined) {
    const limitStatement = isPrepared ? limitName : "";
    if (!isLimitKnown) {
      // Whether one was left by a query that failed is not known.
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

/** Writes a value as Postgres reads it. */
function toText(value: SqlValue): string | null {
  if (typeof value === "string" || value === null) return value;
  if (typeof value === "number") return String(value);
  return `{${value.map((item) => `"${item.replaceAll(/["\\]/g, String.raw`\$&`)}"`).join(",")}}`;
}
