/**
 * A pool of connections: the `Pool` of the package `pg`, version 8. Declared here so that only its users need the
 * types of that package.
 */
export interface PostgresPool {
  connect(): Promise<PostgresConnection>;
  on(event: "error", listener: (error: Error) => void): unknown;
  off(event: "error", listener: (error: Error) => void): unknown;
  end(): Promise<void>;
}

/** A connection of a {@link PostgresPool}: the `PoolClient` of the package `pg`. */
export interface PostgresConnection {
  query(query: PostgresQuery): Promise<{ rows: unknown[]; rowCount: number | null }>;
  on(event: "error", listener: (error: Error) => void): unknown;
  off(event: "error", listener: (error: Error) => void): unknown;
  release(destroy?: boolean): void;
}

/** A query of a {@link PostgresConnection}. */
export interface PostgresQuery {
  text: string;
  values?: unknown[];
  name?: string;
  rowMode?: "array";
  types?: { getTypeParser: () => (text: string) => string };
  query_timeout?: number;
}
