import { readFileSync } from "node:fs";

interface JsonReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** One line from the report of vitest's json reporter. */
export function summarizeTests(report: JsonReport): string {
  // A file that does not even load has no tests that could fail; it must not look like success.
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && assertionResults.every((test) => test.status !== "failed"),
  );
  const failed = report.numFailedTests + brokenFiles.length;
  const skipped = report.numPendingTests + report.numTodoTests;
  return `${report.numPassedTests} passed, ${failed} failed, ${skipped} skipped`;
}

if (import.meta.filename === process.argv[1]) {
  const file = process.argv[2];
  if (file === undefined) throw new Error("Give the report of vitest's json reporter.");
  const report: JsonReport = JSON.parse(readFileSync(file, "utf8"));
  process.stdout.write(`${summarizeTests(report)}\n`);
}
