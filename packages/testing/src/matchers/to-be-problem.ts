import type { ErrorCode } from "@plinth/core";
import type { Problem } from "@plinth/http";
import type { MatcherState } from "vitest";
import type { Comparison } from "./comparison.ts";
import { problemOfValue } from "./problem-of-value.ts";
import { textPatterns } from "./text-patterns.ts";

/** The fields that `toBeProblem` compares beside the code. Absent fields are not compared. */
export type ExpectedProblem = {
  readonly [K in keyof Omit<Problem, "code">]?: unknown;
};

/** Implements `expect(errorOrBody).toBeProblem(code, expected)`; a `Response` is read first. */
export function compareProblem(
  state: MatcherState,
  received: unknown,
  code: ErrorCode,
  expected: ExpectedProblem = {},
): Comparison | Promise<Comparison> {
  return received instanceof Response
    ? bodyOf(received).then((body) => compare(state, body, code, expected))
    : compare(state, received, code, expected);
}

/** Reads a copy, so that the test can still read the response. */
async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.clone().text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function compare(
  { equals, utils, isNot }: MatcherState,
  received: unknown,
  code: ErrorCode,
  expected: ExpectedProblem,
): Comparison {
  const problem = problemOfValue(received);
  const wanted = { code, ...textPatterns(expected) };
  const testers = [utils.iterableEquality, utils.subsetEquality];
  if (problem === undefined) {
    return {
      pass: false,
      message: () =>
        `expected a problem "${code}": a service error, the body of an answer, or an answer; received ${utils.printReceived(received)}`,
    };
  }
  const shown = Object.fromEntries(
    Object.keys(wanted).map((key) => [key, problem[key as keyof Problem]]),
  );
  return {
    pass: equals(problem, wanted, testers),
    actual: shown,
    expected: wanted,
    message: () =>
      isNot
        ? `expected no problem "${code}" such as this:\n\n${utils.printReceived(shown)}`
        : `expected a problem "${code}", received "${problem.code}": ${problem.detail}`,
  };
}
