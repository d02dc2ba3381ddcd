import { discreet } from "./discreet-error.ts";
import { hasLostStatement, sqlState, survives } from "./error-code.ts";
import type { PostgresConnection, PostgresQuery } from "./postgres-pool.ts";
import { preparedStatementError } from "./prepared-statement-error.ts";
import type { SqlResult, SqlValue, Statement } from "./sql-client.ts";
import { asText, type WireConnection, WireQuery } from "./wire-query.ts";

/** Options of a {@link Lease}. */
export interface LeaseOptions {
  /** The time limit of an answer, in milliseconds. */
  readonly timeout: number;
  /** Whether statements are prepared with their names. */
  readonly prepare: boolean;
  /**
   * Whether each statement carries the timeout to the server as well. Nothing is set for a whole session:
   * behind a pooler, the next statement may belong to another program.
   */
  readonly bound: boolean;
  /** Whether a {@link WireQuery} may be used: the client's inner parts are known. */
  readonly wire: boolean;
}

/** No time limit. */
export const forever = 0;

/** A connection from a pool. Errors decide whether the pool may use it again. */
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
    // The pool listens to idle connections only, and an error without a listener crashes the process.
    connection.on("error", this.#onError);
  }

  readonly #onError = (): void => {
    this.#isUsable = false;
  };

  /** Whether a single statement can carry the time limit to the server, or needs none. */
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

  /** Begins a transaction, with the time limit of the server for each of its statements. */
  async begin(): Promise<void> {
    const { timeout, bound } = this.#options;
    const limits = bound
      ? `; set local statement_timeout = ${timeout}; set local idle_in_transaction_session_timeout = ${timeout}`
      : "";
    this.#isWithin = true;
    await this.command(`begin isolation level read committed${limits}`);
  }

  /**
   * Stops preparing statements if an error says that a prepared statement is lost or outdated.
   *
   * @returns Whether another attempt may succeed.
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
   * @param timeout In milliseconds. Default: as for a query.
   */
  async command(text: string, timeout: number = this.#options.timeout): Promise<void> {
    await this.#send({ text, query_timeout: timeout });
  }

  /** Returns the connection to the pool, or destroys it after an error. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#connection.release(!this.#isUsable);
    this.#connection.off("error", this.#onError);
  }

  /** Destroys the connection while it is in use; the calls on it fail. */
  cut(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // The listener stays: the last errors do not matter, and would crash the process.
    this.#connection.release(true);
  }

  /** The same by the public API: more work, but every kind of client has it. */
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

  /** Decides by an error whether the connection is used again. @returns The error to reject with. */
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

/** The connection, if it accepts queries that send their own messages. Native clients do not. */
function wiredClient(connection: PostgresConnection): WiredClient | undefined {
  const client = connection as unknown as Partial<WiredClient>;
  return client.connection?.parsedStatements !== undefined && client.pipeline !== true
    ? (client as WiredClient)
    : undefined;
}
