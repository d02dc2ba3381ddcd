import type { DriverCallOptions } from "../driver/driver-collection.ts";

/** One SQL statement with `$1`, `$2` … in place of values. */
export interface Statement {
  readonly text: string;
  /** Names the statement on a connection, so that the server parses it once. */
  readonly name: string;
}

/** A value that a statement is given. */
export type SqlValue = string | number | null | readonly string[];

/** The columns of a row in the order of the statement, as Postgres writes them. */
export type SqlRow = readonly (string | null)[];

/** What a statement answered. */
export interface SqlResult {
  readonly rows: readonly SqlRow[];
  /** Rows that were read or changed. */
  readonly count: number;
}

/** Runs statements one after the other within a transaction. */
export interface SqlSession {
  query(statement: Statement, values: readonly SqlValue[]): Promise<SqlResult>;
  /** Runs several statements without values, separated by semicolons. No limit of time. */
  script(text: string): Promise<void>;
}

/** How the body of a transaction ended. */
export interface SqlDecision<R> {
  /** Whether to keep the changes. */
  readonly commit: boolean;
  readonly value: R;
}

/**
 * Postgres, whether behind a connection or in this process. Rejects with the raw errors of the client
 * library, without the values that a statement was given.
 */
export interface SqlClient {
  /**
   * How a column of texts is selected, so that each comes back as it is stored. Absent: by its name.
   *
   * @param column quoted
   */
  readonly textOf?: (column: string) => string;

  /**
   * Runs one statement. When the signal is aborted, the caller is told at once; a statement that was
   * sent already runs to its end.
   */
  query(
    statement: Statement,
    values: readonly SqlValue[],
    options: DriverCallOptions,
  ): Promise<SqlResult>;

  /**
   * Runs a body in a transaction at the isolation level `read committed`, and undoes its changes when
   * it rejects or decides so. When the signal is aborted before the end, nothing is kept.
   */
  transaction<R>(
    body: (session: SqlSession) => Promise<SqlDecision<R>>,
    options: DriverCallOptions,
  ): Promise<R>;

  /** Releases connections. */
  close(): Promise<void>;
}
