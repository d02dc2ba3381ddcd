import * as z from "zod";
import type { Secret } from "../model/secret.ts";
import { list } from "../parsers/list.ts";
import { secret } from "../parsers/secret.ts";
import { url } from "../parsers/url.ts";

/** The fields of `databaseFields`. */
export type DatabaseFields = {
  readonly cursorKey: z.ZodType<
    Secret<readonly string[]> | undefined,
    string | readonly string[] | Secret<readonly string[]> | undefined
  >;
};

/**
 * Settings of the database for deployers, for any driver: `ThingConfig.extend(databaseFields)`.
 */
export const databaseFields: DatabaseFields = {
  cursorKey: secret(list(z.string().min(16), { minimum: 1 }))
    .optional()
    .describe(
      "Key that seals the cursors of queries, of at least 16 characters; or several keys separated by commas, the newest first. Default: a key that is public.",
    ),
};

/** The fields of `postgresFields`. */
export type PostgresFields = {
  readonly databaseUrl: z.ZodType<string, string | URL>;
};

/**
 * The additional fields of a service that stores its records in Postgres:
 * `ThingConfig.extend(postgresFields)`. The password in the address is masked wherever the configuration is
 * shown.
 */
export const postgresFields: PostgresFields = {
  databaseUrl: url({ protocols: ["postgresql", "postgres"] }).describe(
    "Address of the Postgres database: postgresql://user:password@host:port/database.",
  ),
};
