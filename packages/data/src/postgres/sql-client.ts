import type { DriverCallOptions } from "../driver/driver-collection.ts";

/** One SQL statement with `$1`, `$2` … for values. */
export interface Statement {
  readonly text: string;
  /** Names the statement on a connection, so that the server parses it once. */
  readonly name: string;
}

/** A value of a statement. */
export type SqlValue = string | number | null | readonly string[];

/** The columns of a row in the order of the statement, as Postgres writes them. */
export type SqlRow = readonly (string | null)[];

/** The answer to a statement. */
export interface SqlResult {
  readonly rows: readonly SqlRow[];
  /** The number of rows that were read or changed. */
  readonly count: number;
}

/** Runs statements one after the other within a transaction. */
export interface SqlSession {
  query(statement: Statement, values: readonly SqlValue[]): Promise<SqlResult>;
  /** Runs several statements without values, separated by semicolons. No time limit. */
  script(text: string): Promise<void>;
}

/** The decision of the body of a transaction. */
export interface SqlDecision<R> {
  /** Whether to keep the changes. */
  readonly commit: boolean;
  readonly value: R;
}

/**
 * Postgres, behind a connection or in this process. Rejects with the raw errors of the client library, without the
 * values of statements.
 */
export interface SqlClient {
  /**
   * The expression that selects a text column, so that texts arrive unchanged. Absent: by its name.
   *
   * @param column Quoted.
   */
  readonly textOf?: (column: string) => string;

  /**
   * Runs one statement. When the signal is aborted, it rejects at once; a statement that was sent runs to its
   * end.
   */
  query(
    statement: Statement,
    values: readonly SqlValue[],
    options: DriverCallOptions,
  ): Promise<SqlResult>;

  /**
   * Runs a body in a transaction at the isolation level `read committed`. Rolls back if the body rejects or
   * decides so, and if the signal is aborted before the end.
   */
  transaction<R>(
    body: (session: SqlSession) => Promise<SqlDecision<R>>,
    options: DriverCallOptions,
  ): Promise<R>;

  /** Releases connections. */
  close(): Promise<void>;
}
