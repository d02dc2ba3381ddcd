import { someSchema } from "@plinth/support/schema-reader";
import type { $ZodCheck, $ZodType } from "zod/v4/core";

/**
 * The kinds of schema whose compiled form was compared with zod's own results. All others accept values that
 * JSON cannot carry, or run code of the schema's author, which would run twice if the compiled check fails.
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

/** The checks that were compared in the same way. */
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

/** Fields of a definition that its kind does not list. */
interface Details {
  readonly type: string;
  readonly check?: string;
  readonly checks?: readonly $ZodCheck[];
  /** Whether values are converted first. */
  readonly coerce?: boolean;
  /** The function of a custom format. */
  readonly fn?: unknown;
}

function isKnownCheck(check: $ZodCheck): boolean {
  const definition = check._zod.def as { readonly check: string; readonly fn?: unknown };
  return checks.has(definition.check) && definition.fn === undefined;
}

/** Whether zod made a schema. One that is made by hand may behave in another way than its kind. */
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
 * Whether a compiled check may stand for a schema and all schemas inside it.
 *
 * @param version The version of the compiler: another copy of zod may have other rules.
 */
export function isCompilable(schema: $ZodType, version: Version): boolean {
  return !someSchema(schema, (inner) => !isKnown(inner, version));
}
