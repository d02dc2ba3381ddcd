import type { LineLevel, LogFields } from "@plinth/core";
import type { MatcherState } from "vitest";
import { FakeLogger, type LogLine } from "../fakes/fake-logger.ts";
import type { Comparison } from "./comparison.ts";
import { textPattern, textPatterns } from "./text-patterns.ts";

/** Implements `expect(logger).toHaveLogged(level, message, fields)`. */
export function compareLog(
  state: MatcherState,
  received: unknown,
  level?: LineLevel,
  message?: string | RegExp,
  fields: LogFields = {},
): Comparison {
  const { equals, utils, isNot } = state;
  if (!(received instanceof FakeLogger)) {
    throw new TypeError(
      `toHaveLogged needs a logger that keeps its lines, such as the logger fixture or fakeLogger(); received ${utils.printReceived(received)}`,
    );
  }
  const wanted: Record<string, unknown> = {
    ...(level !== undefined && { level }),
    ...(message !== undefined && { message: textPattern(message) }),
    ...(Object.keys(fields).length > 0 && { fields: textPatterns(fields) }),
  };
  const testers = [utils.iterableEquality, utils.subsetEquality];
  const equal = (actual: unknown, expected: unknown) => equals(actual, expected, testers);
  const matching = received.lines.filter((line) => equal(line, wanted));
  const nearest = nearestLine(received.lines, wanted, equal);
  const described = utils.printExpected(wanted);
  return {
    pass: matching.length > 0,
    ...(nearest !== undefined && { actual: only(nearest, wanted), expected: wanted }),
    message: () =>
      isNot
        ? `expected no line ${described} in the log, which has:\n${list(matching)}`
        : `expected a line ${described} in the log, which has ${received.lines.length === 0 ? "none" : `only:\n${list(received.lines)}`}`,
  };
}

/** The line that has most in common with the expected one, for the diff. */
function nearestLine(
  lines: readonly LogLine[],
  wanted: Readonly<Record<string, unknown>>,
  equal: (actual: unknown, expected: unknown) => boolean,
): LogLine | undefined {
  const score = (line: LogLine) =>
    (equal(line.message, wanted["message"]) ? 4 : 0) +
    (equal(line.fields, wanted["fields"] ?? {}) ? 2 : 0) +
    (line.level === wanted["level"] ? 1 : 0);
  return lines.toSorted((one, other) => score(other) - score(one))[0];
}

/** The compared part of a line. */
function only(line: LogLine, wanted: Readonly<Record<string, unknown>>): unknown {
  const { fields, ...rest } = line;
  const wantedFields = Object.keys((wanted["fields"] as object | undefined) ?? {});
  return Object.fromEntries(
    Object.keys(wanted).map((key) => [
      key,
      key === "fields"
        ? Object.fromEntries(wantedFields.map((name) => [name, fields[name]]))
        : rest[key as keyof typeof rest],
    ]),
  );
}

const shownLines = 20;

function list(lines: readonly LogLine[]): string {
  const shown = lines.slice(-shownLines).map(({ level, message, fields }) => {
    const names = Object.keys(fields).join(", ");
    return `  ${level.padEnd(5)} ${message}${names && ` (${names})`}`;
  });
  const left = lines.length - shown.length;
  return [...(left > 0 ? [`  … ${left} more before these`] : []), ...shown].join("\n");
}
