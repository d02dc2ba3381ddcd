import { someSchema } from "@plinth/support/schema-reader";
import { safeEncode, safeParse, type $ZodType, type util } from "zod/v4/core";
import { compileSchema } from "./compile-schema.ts";
import { limitIssues } from "./limit-issues.ts";

/** What a check found: the value as it came out, or what is wrong with it. */
export type CheckResult = util.SafeParseResult<unknown>;

/** A schema, ready to check values in both directions. Nothing it gives back is the value given. */
export interface SchemaCheck {
  /** From the outer form, which JSON carries, to the one that code sees. */
  readonly decode: (value: unknown) => CheckResult;
  /** The other way. */
  readonly encode: (value: unknown) => CheckResult;
  /** Whether the two forms can differ; otherwise both directions are the same. */
  readonly differs: boolean;
}

type Check = (value: unknown) => CheckResult;

/** A compiled schema's own method asks the compiled check at once. */
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

/** Whether a schema does one thing to what comes in and another to what goes out. */
function isDirected(schema: $ZodType): boolean {
  const { type, checks = [] } = schema._zod.def as Details;
  // A text is of one form; of anything else zod rewrites a part before or after it was checked.
  const rewrites = checks.some((check) => check._zod.def.check === "overwrite");
  return directed.has(type) || (rewrites && type !== "string");
}

/**
 * Prepares the check of values against a schema: by a compiled check where there can be one, and by
 * zod itself otherwise and for all that is not valid. Results, messages and paths are zod's; faults are
 * not looked for after the first 64 of a list or record.
 *
 * @param schema synchronous; its checks must not wait for anything
 */
export function createSchemaCheck(schema: $ZodType): SchemaCheck {
  const differs = someSchema(schema, isDirected);
  let fast: Check | undefined;
  const decode = (value: unknown): CheckResult => {
    // With the first value, and not at start: ten fields take about half a millisecond, and most
    // processes declare more than they use.
    fast ??= fastCheck(schema);
    return fast(value);
  };
  // Without a difference there is no need for zod's other direction, which is several times slower.
  const encode = differs
    ? (value: unknown): CheckResult => safeEncode(limitIssues(schema), value)
    : decode;
  return { decode, encode, differs };
}
