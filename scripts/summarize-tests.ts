import { readFileSync } from "node:fs";
import { relative } from "node:path";

interface JsonReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    /** The file. */
    readonly name: string;
    readonly status: string;
    /** Why the file did not load, where it did not. */
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

/** How much of a failure's message is shown; the whole is where the tests ran. */
const shownLines = 6;

// A file that does not even load has no tests that could fail; it must not look like success.
function brokenFiles({ testResults }: JsonReport): JsonReport["testResults"] {
  return testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && assertionResults.every((test) => test.status !== "failed"),
  );
}

/** Names what failed, with the beginning of its message: the end of a log is enough to learn it. */
export function describeFailures(report: JsonReport, folder: string = process.cwd()): string[] {
  const describe = (file: string, test: string, message = ""): string =>
    [
      `${relative(folder, file)}: ${test}`,
      ...message
        .split("\n")
        .slice(0, shownLines)
        .map((line) => `    ${line}`),
    ].join("\n");
  return [
    ...report.testResults.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter(({ status }) => status === "failed")
        .map(({ fullName, failureMessages = [] }) => describe(name, fullName, failureMessages[0])),
    ),
    ...brokenFiles(report).map(({ name, message }) => describe(name, "did not load", message)),
  ];
}

/** One line from the report of vitest's json reporter. */
export function summarizeTests(report: JsonReport): string {
  const failed = report.numFailedTests + brokenFiles(report).length;
  const skipped = report.numPendingTests + report.numTodoTests;
  return `${report.numPassedTests} passed, ${failed} failed, ${skipped} skipped`;
}

if (import.meta.filename === process.argv[1]) {
  const file = process.argv[2];
  if (file === undefined) throw new Error("Give the report of vitest's json reporter.");
  const report: JsonReport = JSON.parse(readFileSync(file, "utf8"));
  for (const failure of describeFailures(report)) process.stdout.write(`FAILED: ${failure}\n`);
  process.stdout.write(`${summarizeTests(report)}\n`);
}
