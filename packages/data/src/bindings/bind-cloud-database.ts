import { type Binding, Clock, type Token } from "@plinth/core";
import { Database } from "../database/database.ts";
import type { Driver } from "../driver/driver.ts";
import type { CursorKey } from "../repository/cursor.ts";
import { bindDatabase } from "./bind-database.ts";

/** The part of a configuration that {@link bindCloudDatabase} reads. */
export interface CloudDatabaseConfig {
  /**
   * `"aws"` keeps records in DynamoDB, `"gcp"` in Firestore, `"local"` in memory; each of them in
   * Postgres where `databaseUrl` is set.
   */
  readonly cloud: "local" | "aws" | "gcp";
  /** Name of the deployment. Absent: `"development"`. */
  readonly environment?: string | undefined;
  /**
   * Whether to create missing tables. Absent: in the environments `development` and `test` only, and
   * on `"aws"` and `"gcp"` only in an engine on a laptop: a DynamoDB at an `http://` address that is not
   * one of AWS, a Firestore emulator, or a `pglite://` folder.
   */
  readonly ensureSchema?: boolean | undefined;
  /** Whether to check for missing tables otherwise; see `DatabaseOptions.checkSchema`. Absent: true. */
  readonly checkSchema?: boolean | undefined;
  /** For DynamoDB: see `DynamoDbOptions.region`. */
  readonly awsRegion?: string | undefined;
  /** For DynamoDB: see `DynamoDbOptions.endpoint`. */
  readonly awsEndpointUrlDynamodb?: string | undefined;
  /** For Firestore: see `FirestoreOptions.projectId`. */
  readonly googleCloudProject?: string | undefined;
  /**
   * Takes the place of the cloud's own database: `postgresql://…` is a Postgres server,
   * `pglite://./folder` a Postgres inside the process, whose records are in that folder of the working
   * directory. Absent: by `cloud`.
   */
  readonly databaseUrl?: string | undefined;
  /** Seals the cursors of queries: see `DatabaseOptions.cursorKey`. Absent: the public default key. */
  readonly cursorKey?: CursorKey | undefined;
}

const schemaMakers: ReadonlySet<string> = new Set(["development", "test"]);
const embedded = "pglite://";

interface ChosenDriver {
  readonly driver: Driver;
  /** Whether tables that are missing may be made without being asked for. */
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
      // The only address that it can have is an emulator's.
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
  // Its address says nothing: the proxies of clouds listen on this machine.
  return { driver: postgresDriver({ url }), isLocal: cloud === "local" };
}

// Engines for laptops speak plain HTTP; endpoints of AWS, also those within a network, do not need to.
function isLocalEndpoint(endpoint: string | undefined): boolean {
  if (endpoint === undefined || !URL.canParse(endpoint)) return false;
  const { protocol, hostname } = new URL(endpoint);
  return protocol === "http:" && !/\.(amazonaws\.com(\.cn)?|aws)$/.test(hostname);
}

/**
 * Binds `Database` to the usual database of the cloud that the configuration is for, or to the Postgres
 * that it names, loading that driver alone. What has expired is decided by the app's `Clock`. For any
 * other choice use `bindDatabase`.
 *
 * @param config token of the configuration, such as its class
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
