import { awsFields, BaseConfig, boolean, gcpFields, httpFields, url } from "@plinth/config";
import { z } from "zod";

/**
 * Read from the environment once, at start: THINGS_TABLE, ENSURE_SCHEMA, CHECK_SCHEMA, DATABASE_URL,
 * SERVE_DOCS and the base fields.
 */
export class ThingConfig extends BaseConfig.extend({
  thingsTable: z.string().min(1).default("things").describe("Table or collection of the things."),
  ensureSchema: boolean()
    .optional()
    .describe(
      "Whether to create a missing table at start; unset: in development and tests, not on a cloud.",
    ),
  checkSchema: boolean()
    .default(true)
    .describe("Whether to check at start that no table is missing."),
  databaseUrl: url({ protocols: ["postgresql", "postgres", "pglite"] })
    .optional()
    .describe("A Postgres, or pglite://./folder; unset: the database of the cloud, or memory."),
  serveDocs: httpFields.serveDocs,
}) {}

export class AwsThingConfig extends ThingConfig.extend(awsFields) {}
export class GcpThingConfig extends ThingConfig.extend(gcpFields) {}

/** By the value of CLOUD. */
export const thingConfigs = { local: ThingConfig, aws: AwsThingConfig, gcp: GcpThingConfig };
