import { race } from "@plinth/support/race";
import { ClosedError } from "../driver/closed-error.ts";
import type { DriverCallOptions } from "../driver/driver-collection.ts";
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
  /** Makes the pool at the first use. */
  readonly open: () => Promise<PostgresPool>;
  /** Whether to end the pool with the client. */
  readonly owned: boolean;
}

// An error on an idle connection, such as a shutdown of the server, occurs again at the next use if it matters.
// Without a listener it would crash the process.
const ignore = (): void => undefined;

/** Postgres through connections of the package `pg`. */
export class PgClient implements SqlClient {
  readonly #options: PgClientOptions;
  readonly #leases = new Set<Lease>();
  #isClosed = false;
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
    return race(options, () =>
      this.#connected(options, (lease) => {
        const query = async (session: SqlSession | Lease): Promise<SqlResult> =>
          session.query(statement, values);
        if (lease.isBounded) return query(lease);
        const body = async (session: SqlSession): Promise<SqlDecision<SqlResult>> => ({
          commit: true,
          value: await query(session),
        });
        return this.#transaction(lease, body, options);
      }),
    );
  }

  async transaction<R>(
    body: (session: SqlSession) => Promise<SqlDecision<R>>,
    options: DriverCallOptions,
  ): Promise<R> {
    return race(options, () =>
      this.#connected(options, (lease) => this.#transaction(lease, body, options)),
    );
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    // A pool that failed to open has nothing to close.
    const pool = await this.#opening?.catch(() => undefined);
    if (pool === undefined) return;
    // A pool waits for connections in use. The calls on them have had their time.
    for (const lease of this.#leases) lease.cut();
    // The listener stays on our own pool: its last connections may fail while they close.
    if (this.#options.owned) await pool.end();
    else pool.off("error", ignore);
  }

  async #open(): Promise<PostgresPool> {
    if (this.#isClosed) throw new ClosedError();
    this.#opening ??= this.#options.open();
    const pool = await this.#opening;
    if (this.#opened === undefined) pool.on("error", ignore);
    return (this.#opened = pool);
  }

  /** Runs a body on a connection, and returns it to the pool once the body has settled. */
  async #connected<R>(
    { signal }: DriverCallOptions,
    body: (lease: Lease) => Promise<R>,
  ): Promise<R> {
    const pool = this.#isClosed ? undefined : this.#opened;
    const connection = await (pool ?? (await this.#open())).connect();
    const lease = new Lease(connection, this.#options);
    this.#leases.add(lease);
    try {
      // The caller may have given up while it waited for the connection.
      signal?.throwIfAborted();
      if (this.#isClosed) throw new ClosedError();
      return await this.#replanned(lease, body);
    } finally {
      this.#leases.delete(lease);
      lease.end();
    }
  }

  /**
   * Runs a body, and once more without prepared statements if the connection has lost one, or has it for an
   * earlier state of the table. Nothing was run then. All other open connections are in the same state, so
   * trying them would not help.
   */
  async #replanned<R>(lease: Lease, body: (lease: Lease) => Promise<R>): Promise<R> {
    try {
      return await body(lease);
    } catch (error) {
      if (!lease.stopPreparing(error)) throw error;
      return body(lease);
    }
  }

  async #transaction<R>(
    lease: Lease,
    body: (session: SqlSession) => Promise<SqlDecision<R>>,
    { signal }: DriverCallOptions,
  ): Promise<R> {
    await lease.begin();
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
      // If this fails too, the connection is destroyed, and the server rolls back.
      await lease.command("rollback").catch(ignore);
      throw error;
    }
    await lease.command(decision.commit ? "commit" : "rollback");
    return decision.value;
  }
}
