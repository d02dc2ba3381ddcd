import { expect, test } from "vitest";
import { describeFailures, summarizeTests } from "../scripts/summarize-tests.ts";

const report = { numPassedTests: 7, numFailedTests: 0, numPendingTests: 2, numTodoTests: 1 };
const name = "/project/test/some.test.ts";
const passed = {
  name,
  status: "passed",
  assertionResults: [{ status: "passed", fullName: "adds" }],
};
const broken = {
  name,
  status: "failed",
  message: "Error: Cannot find module './none.ts'",
  assertionResults: [],
};
const failed = {
  name,
  status: "failed",
  assertionResults: [
    { status: "passed", fullName: "adds" },
    {
      status: "failed",
      fullName: "numbers > subtracts",
      failureMessages: [["AssertionError: expected 1 to be 2", ...Array(20).fill("at")].join("\n")],
    },
  ],
};

test("one line counts what passed, failed and was skipped", () => {
  const line = summarizeTests({ ...report, testResults: [passed] });
  expect(line).toBe("7 passed, 0 failed, 3 skipped");
});

test("a file that does not load counts as a failure", () => {
  const testResults = [passed, broken];
  expect(summarizeTests({ ...report, testResults })).toBe("7 passed, 1 failed, 3 skipped");
});

test("a failed test is counted once, not again for its file", () => {
  const counted = { ...report, numFailedTests: 1, testResults: [passed, failed] };
  expect(summarizeTests(counted)).toBe("7 passed, 1 failed, 3 skipped");
});

test("what failed is named with its file and the beginning of its message", () => {
  const [test, file, ...others] = describeFailures(
    { ...report, testResults: [passed, failed, broken] },
    "/project",
  );
  const [first, ...rest] = test?.split("\n") ?? [];
  expect(first).toBe("test/some.test.ts: numbers > subtracts");
  expect(rest[0]).toBe("    AssertionError: expected 1 to be 2");
  expect(rest).toHaveLength(6);
  expect(file).toBe("test/some.test.ts: did not load\n    Error: Cannot find module './none.ts'");
  expect(others).toEqual([]);
});

test("where nothing failed, nothing is named", () => {
  expect(describeFailures({ ...report, testResults: [passed] })).toEqual([]);
});
