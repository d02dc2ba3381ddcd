import type * as z from "zod";
import { url } from "./parsers/url.ts";

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
