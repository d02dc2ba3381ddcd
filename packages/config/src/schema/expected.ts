import { definitionOf } from "@plinth/support/schema-reader";
import type * as z from "zod";
import { wrappedSchema } from "./schema-traits.ts";
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
  const info = parserInfo(schema);
  if (info !== undefined) return info.expected;
  const own = schema.meta()?.["expects"];
  if (typeof own === "string") return own;
  const definition = definitionOf(schema);
  if (definition.type === "enum") return oneOf(Object.values(definition.entries));
  if (definition.type === "literal") return oneOf(definition.values);
  const inner = wrappedSchema(schema);
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

/** What was expected of a value that must not be shown: the message of a custom check may quote it. */
export function discreetExpectedOf(schema: z.ZodType, issue: z.core.$ZodIssue): string {
  const isOwn = issue.code === "custom" && issue.params?.["parser"] === true;
  return isOwn || quotesNothing.has(issue.code)
    ? expectedOf(schema, issue)
    : describeExpected(schema);
}
