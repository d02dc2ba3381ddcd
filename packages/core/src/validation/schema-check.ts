import { someSchema } from "@plinth/support/schema-reader";
import { safeEncode, safeParse, type $ZodType, type util } from "zod/v4/core";
import { compileSchema } from "./compile-schema.ts";
import { limitIssues } from "./limit-issues.ts";

/** The result of a check: the parsed value, or what is wrong with it. */
export type CheckResult = util.SafeParseResult<unknown>;

/** A schema, prepared to check values in both directions. */
export interface SchemaCheck {
  /** From the outer form, which JSON carries, to the form that code sees. */
  readonly decode: (value: unknown) => CheckResult;
  /** From the form that code sees to the outer one. */
  readonly encode: (value: unknown) => CheckResult;
  /** Whether the two forms can differ. Otherwise `encode` is `decode`. */
  readonly differs: boolean;
}

type Check = (value: unknown) => CheckResult;

/** The fastest check of a schema: the method of a compiled schema calls the compiled check directly. */
function fastCheck(schema: $ZodType): Check {
  const limited = limitIssues(schema);
  const compiled = compileSchema(limited);
  const { safeParse: own } = compiled as { readonly safeParse?: Check };
  return compiled === limited || own === undefined ? (value) => safeParse(compiled, value) : own;
}

interface Details {
  readonly type: string;
  readonly checks?: readonly { readonly _zod: { readonly def: { readonly check: string } } }[];
}

const directed: ReadonlySet<string> = new Set([
  "pipe",
  "transform",
  "default",
  "prefault",
  "catch",
]);

/** Whether a schema treats the two directions differently. */
function isDirected(schema: $ZodType): boolean {
  const { type, checks = [] } = schema._zod.def as Details;
  // A text has one form only. Of other values zod rewrites a part before or after the check, by direction.
  const rewrites = checks.some((check) => check._zod.def.check === "overwrite");
  return directed.has(type) || (rewrites && type !== "string");
}

/**
 * Prepares the check of values against a schema: a compiled check if possible; zod itself otherwise, and for all
 * invalid values. Results, messages and paths are zod's. The check stops after the first 64 faults of a list or
 * record.
 *
 * @param schema Its checks must be synchronous.
 */
export function createSchemaCheck(schema: $ZodType): SchemaCheck {
  const differs = someSchema(schema, isDirected);
  let fast: Check | undefined;
  const decode = (value: unknown): CheckResult => {
    // On first use: ten fields take about half a millisecond, and most processes declare more schemas than
    // they use.
    fast ??= fastCheck(schema);
    return fast(value);
  };
  // If the two do not differ, decoding is enough: zod's encoding is several times slower.
  const encode = differs
    ? (value: unknown): CheckResult => safeEncode(limitIssues(schema), value)
    : decode;
  return { decode, encode, differs };
}
