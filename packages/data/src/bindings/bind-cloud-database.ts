import { type Binding, Clock, type Token } from "@plinth/core";
import { Database } from "../database/database.ts";
import type { Driver } from "../driver/driver.ts";
import type { CursorKey } from "../repository/cursor.ts";
import { bindDatabase } from "./bind-database.ts";

/** The part of a configuration that {@link bindCloudDatabase} reads. */
export interface CloudDatabaseConfig {
  /**
   * `"aws"` means DynamoDB, `"gcp"` Firestore, `"local"` memory. With `databaseUrl`, each of them means
   * Postgres.
   */
  readonly cloud: "local" | "aws" | "gcp";
  /** Name of the deployment. Default: `"development"`. */
  readonly environment?: string | undefined;
  /**
   * Whether to create missing tables. Default: in the environments `development` and `test` only, and with
   * `"aws"` and `"gcp"` only for a local engine: a DynamoDB at an `http://` address outside AWS, a Firestore
   * emulator, or a `pglite://` folder.
   */
  readonly ensureSchema?: boolean | undefined;
  /** Whether to check for missing tables otherwise; see `DatabaseOptions.checkSchema`. Default: true. */
  readonly checkSchema?: boolean | undefined;
  /** For DynamoDB: see `DynamoDbOptions.region`. */
  readonly awsRegion?: string | undefined;
  /** For DynamoDB: see `DynamoDbOptions.endpoint`. */
  readonly awsEndpointUrlDynamodb?: string | undefined;
  /** For Firestore: see `FirestoreOptions.projectId`. */
  readonly googleCloudProject?: string | undefined;
  /**
   * Replaces the database of the cloud: `postgresql://…` is a Postgres server, `pglite://./folder` a
   * Postgres inside the process, which keeps its records in that folder of the working directory.
   * Default: by `cloud`.
   */
  readonly databaseUrl?: string | undefined;
  /** Seals the cursors of queries: see `DatabaseOptions.cursorKey`. Default: the public default key. */
  readonly cursorKey?: CursorKey | undefined;
}

const schemaMakers: ReadonlySet<string> = new Set(["development", "test"]);
const embedded = "pglite://";

interface ChosenDriver {
  readonly driver: Driver;
  /** Whether missing tables may be created by default. */
  readonly isLocal: boolean;
}

/** Imports here, rather than above, keep the other drivers out of the process. */
async function chooseDriver(config: CloudDatabaseConfig): Promise<ChosenDriver> {
  const { cloud, databaseUrl } = config;
  if (databaseUrl !== undefined) return openSql(databaseUrl, cloud);
  switch (cloud) {
    case "aws": {
      const { dynamoDbDriver } = await import("../dynamodb/index.ts");
      const endpoint = config.awsEndpointUrlDynamodb;
      const driver = dynamoDbDriver({ region: config.awsRegion, endpoint });
      return { driver, isLocal: isLocalEndpoint(driver.endpoint?.()) };
    }
    case "gcp": {
      const { firestoreDriver } = await import("../firestore/index.ts");
      const driver = firestoreDriver({ projectId: config.googleCloudProject });
      // Only an emulator has an address.
      return { driver, isLocal: driver.endpoint?.() !== undefined };
    }
    case "local": {
      const { memoryDriver } = await import("../memory/index.ts");
      return { driver: memoryDriver(), isLocal: true };
    }
  }
}

async function openSql(url: string, cloud: CloudDatabaseConfig["cloud"]): Promise<ChosenDriver> {
  const { pgliteDriver, postgresDriver } = await import("../postgres/index.ts");
  if (url.startsWith(embedded)) {
    return { driver: pgliteDriver({ path: url.slice(embedded.length) }), isLocal: true };
  }
  // The address does not tell: the proxies of clouds listen on this machine.
  return { driver: postgresDriver({ url }), isLocal: cloud === "local" };
}

// Local engines speak plain HTTP; endpoints of AWS do not, not even those within a private network.
function isLocalEndpoint(endpoint: string | undefined): boolean {
  if (endpoint === undefined || !URL.canParse(endpoint)) return false;
  const { protocol, hostname } = new URL(endpoint);
  return protocol === "http:" && !/\.(amazonaws\.com(\.cn)?|aws)$/.test(hostname);
}

/**
 * Binds `Database` to the usual database of the configured cloud, or to the configured Postgres, and loads
 * only that driver. The app's `Clock` decides what has expired. For any other choice use `bindDatabase`.
 *
 * @param config Token of the configuration, such as its class.
 */
export function bindCloudDatabase(config: Token<CloudDatabaseConfig>): Binding {
  return bindDatabase([config, Clock], async (loaded, clock) => {
    const { environment = "development", checkSchema, cursorKey } = loaded;
    const { driver, isLocal } = await chooseDriver(loaded);
    const { ensureSchema = isLocal && schemaMakers.has(environment) } = loaded;
    return new Database(driver, {
      ensureSchema,
      checkSchema,
      cursorKey,
      clock: () => clock.now(),
    });
  });
}
