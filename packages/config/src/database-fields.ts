import * as z from "zod";
import { list } from "./parsers/list.ts";
import { secret } from "./parsers/secret.ts";
import type { Secret } from "./secrets/secret.ts";

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
