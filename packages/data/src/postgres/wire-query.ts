import { callMessage } from "./call-message.ts";
import type { SqlResult, SqlRow, SqlValue, Statement } from "./sql-client.ts";

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
  readonly parsedStatements: Readonly<Record<string, string>>;
  parse(message: { readonly name: string | undefined; readonly text: string }): void;
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

/**
 * One statement as a "submittable" of `pg`: a query that sends and reads its own messages. It does not
 * ask the server to describe the columns, which it knows, and takes their text as it comes; that makes
 * it cost a quarter less than a query of `pg`, which also copies what it is told.
 *
 * The names of the fields are those of a query of `pg`: it keeps the time limit by them, and what traces
 * queries reads them.
 */
export class WireQuery implements SqlResult {
  readonly text: string;
  readonly name: string | undefined;
  readonly values: readonly (string | null)[];
  readonly query_timeout: number;
  // Some that trace queries send a copy of what they are given, which has the fields and not the methods.
  // That makes it a query of `pg`, and these fields let its answer look the same.
  readonly rowMode = "array";
  readonly types: TextTypes = asText;
  /** Called once. `pg` puts its own in place, which stops the clock and calls this one. */
  callback: Answered;
  readonly rows: SqlRow[] = [];
  count = 0;

  /**
   * @param timeout how long to wait for the answer, in milliseconds
   * @param prepare whether the server keeps the statement under its name
   */
  constructor(
    { text, name }: Statement,
    values: readonly SqlValue[],
    { timeout, prepare }: { readonly timeout: number; readonly prepare: boolean },
    callback: Answered,
  ) {
    this.text = text;
    this.name = prepare ? name : undefined;
    this.values = values.map(toText);
    this.query_timeout = timeout;
    this.callback = callback;
  }

  submit(connection: WireConnection): void {
    const { name, text, values } = this;
    const { stream } = connection;
    // As `pg` does it: the end of the connection, which is near, ends the query.
    if (!stream.writable) return;
    if (name !== undefined && connection.parsedStatements[name] === text) {
      stream.write(callMessage(name, values));
      return;
    }
    // Both pieces leave by one call of the system.
    stream.cork();
    connection.parse({ name, text });
    stream.write(callMessage(name ?? "", values));
    stream.uncork();
  }

  handleDataRow({ fields }: { readonly fields: SqlRow }): void {
    this.rows.push(fields);
  }

  /** @param message with such as `INSERT 0 1`: the number of rows comes last */
  handleCommandComplete({ text }: { readonly text: string }): void {
    this.count = Number(text.slice(text.lastIndexOf(" ") + 1)) || 0;
  }

  handleReadyForQuery(): void {
    this.callback(null, this);
  }

  handleError(error: Error): void {
    this.callback(error);
  }
}

/** Writes a value as Postgres reads it. */
function toText(value: SqlValue): string | null {
  if (typeof value === "string" || value === null) return value;
  if (typeof value === "number") return String(value);
  return `{${value.map((item) => `"${item.replaceAll(/["\\]/g, String.raw`\$&`)}"`).join(",")}}`;
}
