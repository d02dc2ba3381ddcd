import { expect } from "vitest";

/** Regular expressions stand for every text that they match, one level deep. */
export function textPatterns(expected: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(expected).map(([key, value]) => [key, textPattern(value)]),
  );
}

/** A regular expression as vitest compares with it; anything else as it is. */
export function textPattern(value: unknown): unknown {
  return value instanceof RegExp ? (expect.stringMatching(value) as unknown) : value;
}
