import { safeEncode, safeParse, type $ZodType, type util } from "zod/v4/core";
import { someSchema } from "../contract/schema-children.ts";
import { compileSchema } from "./compile-schema.ts";

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
 * zod itself otherwise and for all that is not valid. Results, messages and paths are zod's.
 *
 * @param schema synchronous; its checks must not wait for anything
 */
export function createSchemaCheck(schema: $ZodType): SchemaCheck {
  const fast = compileSchema(schema);
  const differs = someSchema(schema, isDirected);
  // A compiled schema's own method asks the compiled check at once.
  const { safeParse: own } = fast as { readonly safeParse?: (value: unknown) => CheckResult };
  const decode =
    fast === schema || own === undefined
      ? (value: unknown): CheckResult => safeParse(fast, value)
      : own;
  // Without a difference there is no need for zod's other direction, which is several times slower.
  const encode = differs ? (value: unknown): CheckResult => safeEncode(schema, value) : decode;
  return { decode, encode, differs };
}
