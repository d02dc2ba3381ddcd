import * as z from "zod";
import { isSecretValue, Secret } from "../model/secret.ts";
import { isReference } from "../model/secret-reference.ts";
import { describeExpected, discreetExpectedOf } from "../schema/expected.ts";
import { textParser, Unreadable } from "../schema/text-parser.ts";

/**
 * Reads a value that must not be shown and wraps it in a `Secret`.
 *
 * The variable can hold a reference instead, which `load` resolves: `aws-sm:name#key`,
 * `gcp-sm:projects/P/secrets/S/versions/V` or `file:/path`.
 *
 * @param inner The schema of the value, such as `z.string().min(16)`. Default: any text.
 */
export function secret<Inner extends z.ZodType = z.ZodString>(
  inner?: Inner,
): z.ZodType<Secret<z.output<Inner>>, z.input<Inner> | Secret<z.output<Inner>>> {
  const schema: z.ZodType = inner ?? z.string();
  const expected = describeExpected(schema);
  return textParser({ expected: `a secret, ${expected}`, secret: true, inner: schema }, (value) => {
    if (typeof value === "string" && isReference(value)) {
      throw new Unreadable(
        "the secret itself (a reference is resolved only by load(), as the whole of a variable)",
      );
    }
    const raw: unknown = isSecretValue(value) ? value.reveal() : value;
    const result = schema.safeParse(raw);
    if (result.success) return new Secret(result.data as z.output<Inner>);
    const [issue] = result.error.issues;
    throw new Unreadable(`a secret, ${issue ? discreetExpectedOf(schema, issue) : expected}`);
  });
}
