// Records in a PostgreSQL that runs inside this process: for tests, and for a laptop without a server.
// What it cannot do: be used by two processes at a time, or run two statements at a time. Everything
// else is as on a server, see postgres-driver.ts.

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
   * The folder that the records are kept in, made where it is missing; `<path>.lock` beside it keeps
   * other processes out. Default: memory, and the records end with the driver.
   */
  readonly path?: string | undefined;
  /** A `PGlite` that is used in place of `path`; it is not closed. */
  readonly client?: EmbeddedDatabase | undefined;
  /** The Postgres schema that the tables are in. Default: `"public"`. */
  readonly schema?: string | undefined;
}

/**
 * A driver for PostgreSQL inside this process. The package `@electric-sql/pglite` is imported at the
 * first use; without it the driver rejects with `failed_precondition`, as it does when another process
 * uses the folder. Drivers on the same folder share the database.
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
