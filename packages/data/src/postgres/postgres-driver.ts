// Records in PostgreSQL 13 or later, one table per repository. Limits: no NUL in a text, no numbers beyond those
// of a double, and no removal of expired records (they are left out of every answer; `delete from … where
// expires_at <= …` removes them by an index). The database must use UTF-8. The limits of the repositories keep
// index entries below the 2,704 bytes of a B-tree.

import { DeclarationError, FailedPreconditionError } from "@plinth/core/errors";
import { wholeNumberFault } from "@plinth/support/numbers";
import { presentable } from "@plinth/support/presentable";
import { maxTimerDelay } from "@plinth/support/race";
import { isKnownClient } from "../driver/fast-path.ts";
import type { Driver } from "../driver/driver.ts";
import { loadPeer, rethrow } from "@plinth/support/load-peer";
import { checkConnectionUrl, shownUrl } from "./connection-url.ts";
import { PgClient } from "./pg-client.ts";
import type { PostgresPool } from "./postgres-pool.ts";
import { sqlDriver } from "./sql-driver.ts";
import { wirePath } from "./wire-query.ts";

/** Options of {@link postgresDriver}. */
export interface PostgresOptions {
  /**
   * The server: `postgresql://user:password@host:port/database`, with parameters of `pg` such as
   * `?sslmode=verify-full`. Default: the environment variable `DATABASE_URL`.
   */
  readonly url?: string | undefined;
  /** A `Pool` of the package `pg` to use instead of `url`. The driver does not end it. */
  readonly pool?: PostgresPool | undefined;
  /** The Postgres schema of the tables. Default: `"public"`. */
  readonly schema?: string | undefined;
  /** The maximum number of connections; further calls wait. No effect with `pool`. Default: 10. */
  readonly poolSize?: number | undefined;
  /**
   * The time limit of an answer, in milliseconds, 1 to 2147483647. Without `pool`, each statement also carries
   * it to the server, so that no write is applied much later. With `pool`, set `statement_timeout` on the pool
   * or on the role. Default: 10,000.
   */
  readonly timeout?: number | undefined;
  /**
   * Whether each connection prepares a statement once and then calls it by name. Set it to false behind a
   * pooler in transaction mode that does not track prepared statements, such as PgBouncer without
   * `max_prepared_statements`. Default: true.
   */
  readonly preparedStatements?: boolean | undefined;
}

const connectTimeout = 5000;
let isWireKnown: boolean | undefined;

/**
 * Makes a driver for PostgreSQL. It imports `pg` at the first use, and rejects with `failed_precondition` if it is
 * not installed. Throws a `DeclarationError` if there is no address, if it
 * cannot be one (it is never quoted), or if another option is wrong.
 */
export function postgresDriver(options: PostgresOptions = {}): Driver {
  const { pool, poolSize = 10, schema = "public", timeout = 10_000 } = options;
  const { preparedStatements = true } = options;
  const fault =
    wholeNumberFault("poolSize", poolSize, { min: 1 }) ??
    wholeNumberFault("timeout", timeout, { min: 1, max: maxTimerDelay, unit: "milliseconds" });
  if (fault !== undefined) throw new DeclarationError(`The Postgres driver: ${fault}`);
  const url = pool === undefined ? addressOf(options.url) : undefined;
  const client = new PgClient({
    open: async () => pool ?? openPool(url, poolSize),
    owned: pool === undefined,
    timeout,
    prepare: preparedStatements,
    bound: pool === undefined,
    // A getter, so that the version is read at the first connection.
    get wire(): boolean {
      isWireKnown ??= isKnownClient(wirePath);
      return isWireKnown;
    },
  });
  return sqlDriver(client, {
    name: "Postgres",
    durable: true,
    schema,
    endpoint: () => (url === undefined ? undefined : shownUrl(url)),
  });
}

function addressOf(option: string | undefined): string {
  const url = option ?? process.env["DATABASE_URL"] ?? "";
  const origin = option === undefined ? "DATABASE_URL" : "The url of the Postgres driver";
  if (url !== "") {
    checkConnectionUrl(url, origin);
    return url;
  }
  throw presentable(
    new DeclarationError(
      "The Postgres driver does not know its server: set DATABASE_URL, or give it a url.",
    ),
  );
}

async function openPool(url: string | undefined, max: number): Promise<PostgresPool> {
  // Before 8.15 it has no named exports.
  const { default: postgres } = await loadPeer({
    name: "pg",
    neededBy: "The Postgres driver",
    load: () => import("pg").catch(rethrow),
    missing: (message, options) => new FailedPreconditionError(message, options),
  });
  const pool = new postgres.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: connectTimeout,
    keepAlive: true,
    allowExitOnIdle: true,
  });
  // A new connection has no listener between the pool and the lease: an error that arrives together with the end
  // of the login would crash the process.
  pool.on("connect", (connection) => void connection.on("error", () => undefined));
  return pool;
}
