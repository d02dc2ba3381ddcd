import { expect } from "vitest";

/** Replaces regular expressions by matchers of text, one level deep. */
export function textPatterns(expected: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(expected).map(([key, value]) => [key, textPattern(value)]),
  );
}

/** A matcher of text for a regular expression; any other value unchanged. */
export function textPattern(value: unknown): unknown {
  return value instanceof RegExp ? (expect.stringMatching(value) as unknown) : value;
}
