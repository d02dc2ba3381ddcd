import { isSecretName } from "@plinth/support/secret-names";
import type * as z from "zod";
import { isSecret, metaOf, traitsOf } from "./schema-traits.ts";

/** One field of a configuration with everything that is derived from its schema. */
export interface Field {
  readonly name: string;
  readonly variable: string;
  readonly schema: z.ZodType;
  readonly description: string;
  /** A reference may replace the whole value. */
  readonly isSecret: boolean;
  /** Its name or the name of its variable says that the value is a secret, even if its schema does not. */
  readonly isSecretNamed: boolean;
  /** A faulty value is never shown: it is or holds a secret, or its name says so. */
  readonly isHidden: boolean;
  /** The value may contain credentials in a URL. */
  readonly isUrl: boolean;
}

/** Derives a field from its name and schema. */
export function fieldOf(name: string, schema: z.ZodType): Field {
  const variable = metaOf(schema, "variable") ?? variableName(name);
  const isSecretNamed = isSecretName(variable) || isSecretName(name);
  return {
    name,
    variable,
    schema,
    description: metaOf(schema, "description") ?? "",
    isSecret: isSecret(schema),
    isSecretNamed,
    // Not computed here: when a class is declared, a lazy schema may refer to a constant further down.
    get isHidden() {
      return isSecretNamed || traitsOf(schema).holdsSecret;
    },
    get isUrl() {
      return traitsOf(schema).holdsUrl;
    },
  };
}

/** The variable that a field reads: `thingsTable` is `THINGS_TABLE`, `dbURLPath` is `DB_URL_PATH`. */
function variableName(field: string): string {
  return field
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toUpperCase();
}
