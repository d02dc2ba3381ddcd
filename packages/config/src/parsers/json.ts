import { isSecretName } from "@plinth/support/secret-names";
import * as z from "zod";
import type { DeepReadonly } from "../model/deep-freeze.ts";
import { isReference } from "../model/secret-reference.ts";
import { discreetExpectedOf, expectedOf } from "../schema/expected.ts";
import { traitsOf } from "../schema/schema-traits.ts";
import { textParser, Unreadable } from "../schema/text-parser.ts";

/**
 * Reads JSON text and validates it: `json(z.object({ retries: z.number() }))`. Use ordinary zod schemas
 * inside, as JSON has numbers and booleans. The constructor takes the value itself.
 *
 * @param schema The schema of the value. Default: any JSON value.
 */
export function json<Schema extends z.ZodType = z.ZodJSONSchema>(
  schema?: Schema,
): z.ZodType<DeepReadonly<z.output<Schema>>, z.input<Schema> | string> {
  const inner: z.ZodType = schema ?? z.json();
  const expected = "valid JSON";
  return textParser({ expected, inner }, (value) => {
    const result = inner.safeParse(typeof value === "string" ? parseJson(value, expected) : value);
    if (result.success) return result.data as DeepReadonly<z.output<Schema>>;
    const [issue] = result.error.issues;
    const isAtSecret = (issue?.path ?? []).some((key) => isSecretName(String(key)));
    const say = isAtSecret || traitsOf(inner).holdsSecret ? discreetExpectedOf : expectedOf;
    throw new Unreadable(issue ? say(inner, issue) : expected, issue?.path);
  });
}

function parseJson(text: string, expected: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const hint = " (a reference stands for a whole secret alone: write secret(json(...)))";
    // The message of `JSON.parse` quotes the text, which may hold a secret.
    throw new Unreadable(isReference(text) ? expected + hint : expected);
  }
}
