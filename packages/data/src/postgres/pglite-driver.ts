// Records in a PostgreSQL inside this process, for tests and for a laptop without a server. Limits: one process
// at a time, and one statement at a time. Everything else is as on a server, see postgres-driver.ts.

import { FailedPreconditionError } from "@plinth/core/errors";
import { loadPeer, rethrow } from "@plinth/support/load-peer";
import type { Driver } from "../driver/driver.ts";
import type { EmbeddedDatabase } from "./embedded-database.ts";
import { PgliteClient } from "./pglite-client.ts";
import { openFolder } from "./shared-folder.ts";
import { sqlDriver } from "./sql-driver.ts";

/** Options of {@link pgliteDriver}. */
export interface PgliteOptions {
  /**
   * The folder of the records, created if it is missing. `<path>.lock` beside it keeps other processes out.
   * Default: memory, and the records end with the driver.
   */
  readonly path?: string | undefined;
  /** A `PGlite` to use instead of `path`. The driver does not close it. */
  readonly client?: EmbeddedDatabase | undefined;
  /** The Postgres schema of the tables. Default: `"public"`. */
  readonly schema?: string | undefined;
}

/**
 * Makes a driver for PostgreSQL inside this process. It imports `@electric-sql/pglite` at the first use, and
 * rejects with `failed_precondition` if the package is not installed, or another process uses the folder.
 * Drivers on the same folder share the database. Throws a `DeclarationError` if no schema can have the name.
 */
export function pgliteDriver(options: PgliteOptions = {}): Driver {
  const { path, client, schema = "public" } = options;
  const opened = new PgliteClient(async () => {
    if (client !== undefined) return { database: client, close: async () => undefined };
    const create = async (folder?: string): Promise<EmbeddedDatabase> => {
      const { PGlite } = await loadPeer({
        name: "@electric-sql/pglite",
        neededBy: "The PGlite driver",
        load: () => import("@electric-sql/pglite").catch(rethrow),
        missing: (message, options) => new FailedPreconditionError(message, options),
      });
      return PGlite.create(folder);
    };
    if (path !== undefined) return openFolder(path, create);
    const database = await create();
    return { database, close: () => database.close() };
  });
  return sqlDriver(opened, {
    name: "PGlite",
    durable: path !== undefined,
    schema,
    endpoint: () => path,
  });
}
