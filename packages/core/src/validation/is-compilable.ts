import { someSchema } from "@plinth/support/schema-reader";
import type { $ZodCheck, $ZodType } from "zod/v4/core";

/**
 * The kinds of schema whose compiled form was compared with zod's own answers. All others run code
 * of the schema's author, which a compiled check that gives up would run a second time, or accept
 * what JSON does not carry.
 */
const kinds: ReadonlySet<string> = new Set([
  "any",
  "array",
  "bigint",
  "boolean",
  "date",
  "default",
  "enum",
  "intersection",
  "literal",
  "nan",
  "never",
  "nonoptional",
  "null",
  "nullable",
  "number",
  "object",
  "optional",
  "prefault",
  "readonly",
  "record",
  "string",
  "template_literal",
  "tuple",
  "undefined",
  "union",
  "unknown",
  "void",
]);

/** Likewise for what is checked beside the kind. */
const checks: ReadonlySet<string> = new Set([
  "bigint_format",
  "greater_than",
  "length_equals",
  "less_than",
  "max_length",
  "min_length",
  "multiple_of",
  "number_format",
  "overwrite",
  "string_format",
]);

/** What a definition can hold beside the fields that its kind lists. */
interface Details {
  readonly type: string;
  readonly check?: string;
  readonly checks?: readonly $ZodCheck[];
  /** Whether the value is converted first. */
  readonly coerce?: boolean;
  /** A format's own function. */
  readonly fn?: unknown;
}

function isKnownCheck(check: $ZodCheck): boolean {
  const definition = check._zod.def as { readonly check: string; readonly fn?: unknown };
  return checks.has(definition.check) && definition.fn === undefined;
}

/** Schemas can be made by hand, and then need not do what the name of their kind says. */
function isOfZod(schema: $ZodType): boolean {
  for (const trait of schema._zod.traits) {
    if (!/^_?\$?Zod/.test(trait)) return false;
  }
  return true;
}

function isKnown(schema: $ZodType, version: Version): boolean {
  const definition = schema._zod.def as Details;
  return (
    isSameVersion(schema._zod.version, version) &&
    isOfZod(schema) &&
    kinds.has(definition.type) &&
    definition.coerce !== true &&
    definition.fn === undefined &&
    (definition.check === undefined || checks.has(definition.check)) &&
    (definition.checks ?? []).every(isKnownCheck)
  );
}

/** The version of a copy of zod. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

function isSameVersion(left: Version, right: Version): boolean {
  return left.major === right.major && left.minor === right.minor && left.patch === right.patch;
}

/**
 * Whether a schema, with all that is inside it, may be answered by a compiled check.
 *
 * @param version that of the compiler: the rules of another copy of zod may be others
 */
export function isCompilable(schema: $ZodType, version: Version): boolean {
  return !someSchema(schema, (inner) => !isKnown(inner, version));
}
