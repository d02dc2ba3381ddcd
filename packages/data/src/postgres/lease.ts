import { discreet } from "./discreet-error.ts";
import { hasLostStatement, sqlState, survives } from "./error-code.ts";
import type { PostgresConnection, PostgresQuery } from "./postgres-pool.ts";
import { preparedStatementError } from "./prepared-statement-error.ts";
import type { SqlResult, SqlValue, Statement } from "./sql-client.ts";
import { asText, type WireConnection, WireQuery } from "./wire-query.ts";

/** Options of a {@link Lease}. */
export interface LeaseOptions {
  /** How long to wait for an answer, in milliseconds. */
  readonly timeout: number;
  /** Whether statements are prepared under their names. */
  readonly prepare: boolean;
  /**
   * Whether the server is told to give up after the timeout as well, statement by statement: behind a
   * pooler the next statement may be somebody else's, so nothing is set for a whole session.
   */
  readonly bound: boolean;
  /** Whether a {@link WireQuery} may be used: the client's inner parts are known. */
  readonly wire: boolean;
}

/** For commands that may take any time. */
export const forever = 0;

/** A connection that a pool has lent. What goes wrong on it decides whether it is used again. */
export class Lease {
  readonly #connection: PostgresConnection;
  readonly #options: LeaseOptions;
  /** The connection again, if it takes a {@link WireQuery}. */
  readonly #wired: WiredClient | undefined;
  #isUsable = true;
  #isOver = false;
  #prepare: boolean;
  #isWithin = false;

  constructor(connection: PostgresConnection, options: LeaseOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#wired = options.wire ? wiredClient(connection) : undefined;
    this.#prepare = options.prepare;
    // The pool listens to idle connections alone, and an error that nobody hears ends the process.
    connection.on("error", this.#onError);
  }

  readonly #onError = (): void => {
    this.#isUsable = false;
  };

  /** Whether a statement on its own can carry the server's limit of time, or needs none. */
  get isBounded(): boolean {
    return !this.#options.bound || this.#wired !== undefined;
  }

  query(statement: Statement, values: readonly SqlValue[]): Promise<SqlResult> {
    const wired = this.#wired;
    if (wired === undefined) return this.#describedQuery(statement, values);
    const { timeout, bound } = this.#options;
    const limit = bound && !this.#isWithin ? timeout : undefined;
    const options = { timeout, limit, prepare: this.#prepare };
    return new Promise((resolve, reject) => {
      wired.query(
        new WireQuery(statement, values, options, (error, result) => {
          if (result === undefined) reject(this.#met(error));
          else resolve({ rows: result.rows, count: result.count ?? result.rowCount ?? 0 });
        }),
      );
    });
  }

  /** Begins a transaction, with the server's limit of time for each of its statements. */
  async begin(): Promise<void> {
    const { timeout, bound } = this.#options;
    const limits = bound
      ? `; set local statement_timeout = ${timeout}; set local idle_in_transaction_session_timeout = ${timeout}`
      : "";
    this.#isWithin = true;
    await this.command(`begin isolation level read committed${limits}`);
  }

  /**
   * Prepares nothing more where an error says that a prepared statement is of no use any more.
   *
   * @returns whether it is worth another attempt
   */
  stopPreparing(error: unknown): boolean {
    if (!this.#prepare || this.#isOver || !hasLostStatement(error)) return false;
    this.#prepare = false;
    this.#isWithin = false;
    return true;
  }

  /**
   * Runs one or more statements without values.
   *
   * @param timeout how long to wait for the end, in milliseconds; default: as for a query
   */
  async command(text: string, timeout: number = this.#options.timeout): Promise<void> {
    await this.#send({ text, query_timeout: timeout });
  }

  /** Gives the connection back, or up. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#connection.release(!this.#isUsable);
    this.#connection.off("error", this.#onError);
  }

  /** Gives the connection up in the middle of whatever it is used for, which then fails. */
  cut(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // Its last errors are of no interest to anybody, and would end the process.
    this.#connection.release(true);
  }

  /** The same by a query of the package's own: more work, but every kind of client has it. */
  async #describedQuery(
    { text, name }: Statement,
    values: readonly SqlValue[],
  ): Promise<SqlResult> {
    const { rows, rowCount } = await this.#send({
      text,
      values: values as SqlValue[],
      rowMode: "array",
      types: asText,
      query_timeout: this.#options.timeout,
      ...(this.#prepare && { name }),
    });
    return { rows: rows as SqlResult["rows"], count: rowCount ?? 0 };
  }

  async #send(query: PostgresQuery): ReturnType<PostgresConnection["query"]> {
    try {
      return await this.#connection.query(query);
    } catch (error) {
      throw this.#met(error);
    }
  }

  /** Decides by an error whether the connection is used again. @returns what to reject with */
  #met(error: unknown): Error {
    if (!survives(error)) this.#isUsable = false;
    const isRefused = sqlState(error) === "42P05" || (hasLostStatement(error) && !this.#prepare);
    if (isRefused && this.#options.prepare) return preparedStatementError(error as Error);
    return discreet(error) as Error;
  }
}

/** A client of `pg` in JavaScript. */
interface WiredClient {
  readonly connection: WireConnection;
  readonly pipeline?: boolean;
  query(query: WireQuery): unknown;
}

/** The connection, where it takes queries that send their own messages; native ones do not. */
function wiredClient(connection: PostgresConnection): WiredClient | undefined {
  const client = connection as unknown as Partial<WiredClient>;
  return client.connection?.parsedStatements !== undefined && client.pipeline !== true
    ? (client as WiredClient)
    : undefined;
}
