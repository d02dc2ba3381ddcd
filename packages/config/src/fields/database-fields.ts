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
 * What a deployer can decide about the database of a service, whichever it is:
 * `ThingConfig.extend(databaseFields)`.
 */
export const databaseFields: DatabaseFields = {
  cursorKey: secret(list(z.string().min(16), { minimum: 1 }))
    .optional()
    .describe(
      "Seals the cursors of queries: a text of 16 characters or more, or several with commas between them, the newest first; unset: a key that is public.",
    ),
};

/** The fields of `postgresFields`. */
export type PostgresFields = {
  readonly databaseUrl: z.ZodType<string, string | URL>;
};

/**
 * What a service that keeps its records in Postgres needs besides its own fields:
 * `ThingConfig.extend(postgresFields)`. The password in the address is masked wherever the
 * configuration is shown.
 */
export const postgresFields: PostgresFields = {
  databaseUrl: url({ protocols: ["postgresql", "postgres"] }).describe(
    "Address of the Postgres database: postgresql://user:password@host:port/database.",
  ),
};
