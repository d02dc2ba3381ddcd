import { expect, test } from "vitest";
import { summarizeTests } from "../scripts/summarize-tests.ts";

const report = { numPassedTests: 7, numFailedTests: 0, numPendingTests: 2, numTodoTests: 1 };
const passed = { status: "passed", assertionResults: [{ status: "passed" }] };

test("one line counts what passed, failed and was skipped", () => {
  expect(summarizeTests({ ...report, testResults: [passed] })).toBe(
    "7 passed, 0 failed, 3 skipped",
  );
});

test("a file that does not load counts as a failure", () => {
  const broken = { status: "failed", assertionResults: [] };
  const testResults = [passed, broken];
  expect(summarizeTests({ ...report, testResults })).toBe("7 passed, 1 failed, 3 skipped");
});

test("a failed test is counted once, not again for its file", () => {
  const failed = { status: "failed", assertionResults: [{ status: "failed" }] };
  const counted = { ...report, numFailedTests: 1, testResults: [passed, failed] };
  expect(summarizeTests(counted)).toBe("7 passed, 1 failed, 3 skipped");
});
