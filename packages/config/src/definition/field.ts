import { isSecretName } from "@plinth/support/secret-names";
import type * as z from "zod";
import { parserInfo } from "../parsers/text-parser.ts";
import { everySchema, holdsSecret, isSecret, metaOf } from "./schema-walk.ts";
import { variableName } from "./variable-name.ts";

/** One field of a configuration with everything that is derived from its schema. */
export interface Field {
  readonly name: string;
  readonly variable: string;
  readonly schema: z.ZodType;
  readonly description: string;
  /** A reference may stand for the whole value. */
  readonly isSecret: boolean;
  /** Its name or its variable's says that the value is a secret, whatever its schema is. */
  readonly isSecretNamed: boolean;
  /** A faulty value is never shown: it is or holds a secret, or its name says so. */
  readonly isHidden: boolean;
  /** The value may carry credentials inside a URL. */
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
    isHidden: isSecretNamed || holdsSecret(schema),
    isUrl: [...everySchema(schema)].some((part) => parserInfo(part)?.url === true),
  };
}
