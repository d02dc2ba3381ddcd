import { safeParse, type $ZodIssue, type $ZodType } from "zod/v4/core";
import { differenceOf, objectsIn } from "./differences.ts";
import { nearValue } from "./near-values.ts";
import { Random } from "./random.ts";
import type { ZooEntry } from "./schema-zoo.ts";

interface Answer {
  readonly thrown?: string;
  readonly issues?: readonly $ZodIssue[];
  readonly value?: unknown;
}

function answerOf(schema: $ZodType, value: unknown): Answer {
  try {
    const result = safeParse(schema, value);
    return result.success ? { value: result.data } : { issues: result.error.issues };
  } catch (error) {
    return { thrown: String(error) };
  }
}

function inWords({ thrown, issues }: Answer): string {
  if (thrown !== undefined) return `throws ${thrown}`;
  if (issues === undefined) return "is valid";
  return issues
    .map(({ path, code, message }) => `${path.map(String).join(".")} ${code} ${message}`)
    .join("; ");
}

/** How the two results differ; `undefined` if they are the same. */
function disagreement(compiled: Answer, zod: Answer, given: unknown): string | undefined {
  const [words, expected] = [inWords(compiled), inWords(zod)];
  if (words !== expected) return `compiled ${words}, zod ${expected}`;
  if (!("value" in zod)) return undefined;
  return differenceOf(compiled.value, zod.value, objectsIn(given));
}

/** The result of a comparison. */
export interface Comparison {
  readonly valid: number;
  readonly invalid: number;
  /** The first case with different results. Absent: there is none. */
  readonly fault?: string;
}

/**
 * Puts values to a schema and to a compiled form of it, and compares the answers to the last detail.
 *
 * @param cases how many values; they are the same for the same seed
 */
export function compareAnswers(
  { schema, texts = [] }: ZooEntry,
  compiled: $ZodType,
  { cases, seed }: { readonly cases: number; readonly seed: number },
): Comparison {
  const random = new Random(seed);
  let valid = 0;
  for (let index = 0; index < cases; index += 1) {
    // Without mischief most values are valid, with much of it hardly any.
    const mischief = random.pick([0, 0, 0.05, 0.15, 0.4]);
    const value = nearValue(schema, { random, mischief, texts });
    const zod = answerOf(schema, value);
    const found = disagreement(answerOf(compiled, value), zod, value);
    if ("value" in zod) valid += 1;
    if (found !== undefined) {
      return {
        valid,
        invalid: index + 1 - valid,
        fault: `case ${index} of seed ${seed}: ${found}`,
      };
    }
  }
  return { valid, invalid: cases - valid };
}
