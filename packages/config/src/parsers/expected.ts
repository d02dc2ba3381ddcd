import type * as z from "zod";
import { innerTypeOf } from "../definition/schema-walk.ts";
import { parserInfo } from "./text-parser.ts";

const names: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  boolean: "true or false",
  object: "an object",
  array: "an array",
};

function oneOf(values: readonly unknown[]): string {
  const shown = values.map((value) => JSON.stringify(value));
  return shown.length === 1 ? `${shown[0]}` : `one of ${shown.join(", ")}`;
}

/** What a schema expects, in the words of a message. */
export function describeExpected(schema: z.ZodType): string {
  const known = parserInfo(schema);
  if (known !== undefined) return known.expected;
  const own = schema.meta()?.["expects"];
  if (typeof own === "string") return own;
  const definition = schema._zod.def as z.core.$ZodTypeDef & {
    entries?: Record<string, unknown>;
    values?: unknown[];
  };
  if (definition.type === "enum") return oneOf(Object.values(definition.entries ?? {}));
  if (definition.type === "literal") return oneOf(definition.values ?? []);
  const inner = innerTypeOf(schema);
  if (inner !== undefined) return describeExpected(inner);
  return names[definition.type] ?? "a value";
}

/** What an issue says was expected: zod's own words without "Invalid input" and "received". */
export function expectedOf(schema: z.ZodType, issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_value") return oneOf(issue.values);
  if (issue.code === "invalid_type" && issue.path.length === 0) return describeExpected(schema);
  if (issue.code === "invalid_type") return names[issue.expected] ?? issue.expected;
  const [, said] = /expected (.*)$/s.exec(issue.message) ?? [];
  return (said ?? issue.message).replace(/^string to have/, "text of").replace(/\.$/, "");
}

/** Issues whose text comes from the schema alone; other messages may quote the value. */
const quotesNothing: ReadonlySet<string> = new Set([
  "too_small",
  "too_big",
  "invalid_type",
  "invalid_value",
]);

/** What was expected of a value that must not be shown, whoever wrote the message. */
export function discreetExpectedOf(schema: z.ZodType, issue: z.core.$ZodIssue): string {
  const isOwn = issue.code === "custom" && issue.params?.["parser"] === true;
  return isOwn || quotesNothing.has(issue.code)
    ? expectedOf(schema, issue)
    : describeExpected(schema);
}
