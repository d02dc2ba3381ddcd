import type { DriverCallOptions } from "../driver/driver.ts";
import { abortable } from "./abortable.ts";
import { forever, Lease, type LeaseOptions } from "./lease.ts";
import type { PostgresPool } from "./postgres-pool.ts";
import type {
  SqlClient,
  SqlDecision,
  SqlResult,
  SqlSession,
  SqlValue,
  Statement,
} from "./sql-client.ts";

/** Options of {@link PgClient}. */
export interface PgClientOptions extends LeaseOptions {
  /** Makes the pool when it is first needed. */
  readonly open: () => Promise<PostgresPool>;
  /** Whether to end the pool with the client. */
  readonly owned: boolean;
}

// An error on an idle connection, such as the server's farewell, is met again at the next use if it
// matters. Without a listener it would end the process.
const ignore = (): void => undefined;

/** Postgres through connections of the package `pg`. */
export class PgClient implements SqlClient {
  readonly #options: PgClientOptions;
  #opening: Promise<PostgresPool> | undefined;
  #opened: PostgresPool | undefined;

  constructor(options: PgClientOptions) {
    this.#options = options;
  }

  query(
    statement: Statement,
    values: readonly SqlValue[],
    options: DriverCallOptions,
  ): Promise<SqlResult> {
    return abortable(options, () =>
      this.#connected(options, (lease) => lease.query(statement, values)),
    );
  }

  async transaction<R>(
    body: (session: SqlSession) => Promise<SqlDecision<R>>,
    options: DriverCallOptions,
  ): Promise<R> {
    return abortable(options, () =>
      this.#connected(options, (lease) => this.#transaction(lease, body, options)),
    );
  }

  async close(): Promise<void> {
    const pool = await this.#opening;
    if (pool === undefined) return;
    if (this.#options.owned) await pool.end();
    pool.off("error", ignore);
  }

  async #open(): Promise<PostgresPool> {
    this.#opening ??= this.#options.open();
    const pool = await this.#opening;
    if (this.#opened === undefined) pool.on("error", ignore);
    return (this.#opened = pool);
  }

  /** Lends a connection, and takes it back only when all that it was lent for is over. */
  async #connected<R>(
    { signal }: DriverCallOptions,
    body: (lease: Lease) => Promise<R>,
  ): Promise<R> {
    const pool = this.#opened ?? (await this.#open());
    const lease = new Lease(await pool.connect(), this.#options);
    try {
      // Whoever asked may have left while waiting for the connection.
      signal?.throwIfAborted();
      return await body(lease);
    } finally {
      lease.end();
    }
  }

  async #transaction<R>(
    lease: Lease,
    body: (session: SqlSession) => Promise<SqlDecision<R>>,
    { signal }: DriverCallOptions,
  ): Promise<R> {
    await lease.command("begin isolation level read committed");
    let decision: SqlDecision<R>;
    try {
      decision = await body({
        query: (statement, values) => {
          signal?.throwIfAborted();
          return lease.query(statement, values);
        },
        script: (text) => lease.command(text, forever),
      });
      signal?.throwIfAborted();
    } catch (error) {
      // Where even this fails, the connection goes, and the server undoes what it had begun.
      await lease.command("rollback").catch(ignore);
      throw error;
    }
    await lease.command(decision.commit ? "commit" : "rollback");
    return decision.value;
  }
}
