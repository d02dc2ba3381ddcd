import { isSecretName } from "@plinth/support/secret-names";
import * as z from "zod";
import { holdsSecret } from "../definition/schema-walk.ts";
import type { DeepReadonly } from "../definition/deep-freeze.ts";
import { isReference } from "../secrets/reference.ts";
import { discreetExpectedOf, expectedOf } from "./expected.ts";
import { textParser, Unreadable } from "./text-parser.ts";

/**
 * Reads JSON text and validates it: `json(z.object({ retries: z.number() }))`. Ordinary zod schemas
 * are right inside, as JSON has numbers and booleans of its own. The constructor takes the value.
 *
 * @param schema of the value; default any JSON value.
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
    const say = isAtSecret || holdsSecret(inner) ? discreetExpectedOf : expectedOf;
    throw new Unreadable(issue ? say(inner, issue) : expected, issue?.path);
  });
}

function parseJson(text: string, expected: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const hint = " (a reference stands for a whole secret alone: write secret(json(...)))";
    // The engine's own message quotes the text, which may hold a secret.
    throw new Unreadable(isReference(text) ? expected + hint : expected);
  }
}
