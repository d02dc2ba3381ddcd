// Records in PostgreSQL 13 or later, one table for each repository. What it cannot do: hold NUL in a
// text, hold numbers beyond those of a double, or remove expired records by itself (they are left out
// of every answer; `delete from … where expires_at <= …` removes them, and has an index for it). The
// database must be in UTF-8, and the limits of the repositories keep index entries below the 2,704
// bytes that a B-tree takes.

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
   * The server: `postgresql://user:password@host:port/database`, with the parameters that `pg` knows,
   * such as `?sslmode=verify-full`. Default: the environment variable `DATABASE_URL`.
   */
  readonly url?: string | undefined;
  /** A `Pool` of the package `pg` that is used in place of `url`; it is not ended. */
  readonly pool?: PostgresPool | undefined;
  /** The Postgres schema that the tables are in. Default: `"public"`. */
  readonly schema?: string | undefined;
  /** The most connections at a time; more calls wait for one. Not with `pool`. Default: 10. */
  readonly poolSize?: number | undefined;
  /**
   * How long to wait for an answer, in milliseconds. Without `pool`, the server gives up as well, which
   * each statement tells it, so that no write appears much later; with a pool of your own set
   * `statement_timeout` there, or on the role. Default: 10,000.
   */
  readonly timeout?: number | undefined;
  /**
   * Whether statements are prepared once for each connection and then called by name. Set it to false
   * behind a pooler that lends connections for a transaction and does not follow prepared statements,
   * such as PgBouncer without `max_prepared_statements`. Default: true.
   */
  readonly preparedStatements?: boolean | undefined;
}

const connectTimeout = 5000;
let isWireKnown: boolean | undefined;

/**
 * A driver for PostgreSQL. The package `pg` is imported at the first use; without it the driver
 * rejects with `failed_precondition`. Throws a `DeclarationError` if there is no address, if it
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
    // A getter, as nothing of the package is looked for before the first connection.
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
  // Before 8.15 it has no exports by name.
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
  // Between a pool that has let go of a new connection and a lease that holds it, nobody listens to its
  // errors: one that comes in the same piece as the end of the login would end the process.
  pool.on("connect", (connection) => void connection.on("error", () => undefined));
  return pool;
}
