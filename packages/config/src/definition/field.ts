import type * as z from "zod";
import { parserInfo } from "../parsers/text-parser.ts";
import { everySchema, holdsSecret, isSecret, metaOf } from "./schema-walk.ts";
import { variableName } from "./variable-name.ts";

const secretName =
  /(^|_)(PASSWORD|PASSPHRASE|PASSWD|SECRET|TOKEN|API_KEY|PRIVATE_KEY|ACCESS_KEY|CREDENTIALS?|CONNECTION_STRING|DSN)(_JSON|_VALUE)?$/;

/** One field of a configuration with everything that is derived from its schema. */
export interface Field {
  readonly name: string;
  readonly variable: string;
  readonly schema: z.ZodType;
  readonly description: string;
  /** A reference may stand for the whole value. */
  readonly isSecret: boolean;
  /** A faulty value is never shown: it is or holds a secret, or its variable's name says so. */
  readonly isHidden: boolean;
  /** The value may carry credentials inside a URL. */
  readonly isUrl: boolean;
}

/** Derives a field from its name and schema. */
export function fieldOf(name: string, schema: z.ZodType): Field {
  const variable = metaOf(schema, "variable") ?? variableName(name);
  return {
    name,
    variable,
    schema,
    description: metaOf(schema, "description") ?? "",
    isSecret: isSecret(schema),
    isHidden: holdsSecret(schema) || secretName.test(variable),
    isUrl: [...everySchema(schema)].some((part) => parserInfo(part)?.url === true),
  };
}
