import { type Binding, Clock, type Token } from "@plinth/core";
import type { Driver } from "../driver/driver.ts";
import type { CursorKey } from "../repository/cursor.ts";
import { databaseBinding } from "./bindings.ts";
import { Database } from "./database.ts";

/** The part of a configuration that {@link cloudDatabaseBinding} reads. */
export interface CloudDatabaseConfig {
  /** `"aws"` keeps records in DynamoDB, `"gcp"` in Firestore, `"local"` where `databaseUrl` says. */
  readonly cloud: "local" | "aws" | "gcp";
  /** Name of the deployment. Absent: `"development"`. */
  readonly environment?: string | undefined;
  /** Whether to create missing tables. Absent: in the environments `development` and `test` only. */
  readonly ensureSchema?: boolean | undefined;
  /** For `"aws"`: see `DynamoDbOptions.region`. */
  readonly awsRegion?: string | undefined;
  /** For `"aws"`: see `DynamoDbOptions.endpoint`. */
  readonly awsEndpointUrlDynamodb?: string | undefined;
  /** For `"gcp"`: see `FirestoreOptions.projectId`. */
  readonly googleCloudProject?: string | undefined;
  /**
   * For `"local"`: `postgresql://…` is a Postgres server, `pglite://./folder` a Postgres inside the
   * process, whose records are in that folder of the working directory. Absent: memory.
   */
  readonly databaseUrl?: string | undefined;
  /** Seals the cursors of queries: see `DatabaseOptions.cursorKey`. Absent: the public default key. */
  readonly cursorKey?: CursorKey | undefined;
}

const schemaMakers: ReadonlySet<string> = new Set(["development", "test"]);

/** Imports here, rather than above, keep the other drivers out of the process. */
async function openDriver(config: CloudDatabaseConfig): Promise<Driver> {
  switch (config.cloud) {
    case "aws": {
      const { dynamoDbDriver } = await import("../dynamodb/index.ts");
      return dynamoDbDriver({ region: config.awsRegion, endpoint: config.awsEndpointUrlDynamodb });
    }
    case "gcp": {
      const { firestoreDriver } = await import("../firestore/index.ts");
      return firestoreDriver({ projectId: config.googleCloudProject });
    }
    case "local":
      return openLocalDriver(config.databaseUrl);
  }
}

const embedded = "pglite://";

async function openLocalDriver(databaseUrl: string | undefined): Promise<Driver> {
  if (databaseUrl === undefined) {
    const { memoryDriver } = await import("../memory/index.ts");
    return memoryDriver();
  }
  const { pgliteDriver, postgresDriver } = await import("../postgres/index.ts");
  return databaseUrl.startsWith(embedded)
    ? pgliteDriver({ path: databaseUrl.slice(embedded.length) })
    : postgresDriver({ url: databaseUrl });
}

/**
 * Binds `Database` to the usual database of the cloud that the configuration is for, loading that
 * driver alone. What has expired is decided by the app's `Clock`. For any other choice use
 * `databaseBinding`.
 *
 * @param config token of the configuration, such as its class
 */
export function cloudDatabaseBinding(config: Token<CloudDatabaseConfig>): Binding {
  return databaseBinding([config, Clock], async (loaded, clock) => {
    const { environment = "development", cursorKey } = loaded;
    const { ensureSchema = schemaMakers.has(environment) } = loaded;
    return new Database(await openDriver(loaded), {
      ensureSchema,
      cursorKey,
      clock: () => clock.now(),
    });
  });
}
