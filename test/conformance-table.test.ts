import { describe, expect, test } from "vitest";
import { caseTable, renderCaseTable, silentGaps } from "../scripts/conformance/case-table.ts";

const reported = (engine: string, group: string, title: string, status = "passed") => ({
  ancestorTitles: ["conformance", `${engine} driver`, group],
  title,
  status,
});

describe("the table of cases", () => {
  const tests = [
    reported("memory", "basics", "gets"),
    reported("memory", "queries", "finds", "pending"),
    reported("Firestore", "basics", "gets", "failed"),
    reported("Firestore", "queries", "finds"),
    { ancestorTitles: ["conformance"], title: "needs the dynamodb engine", status: "pending" },
  ];

  test("has a line for each case and a column for each engine", () => {
    const lines = renderCaseTable(caseTable(tests)).map((line) => line.replaceAll(/ +/g, " "));
    expect(lines).toEqual([
      "1 = memory",
      "2 = Firestore",
      "",
      "case 1 2",
      "basics > gets ok FAIL",
      "queries > finds skip ok",
    ]);
  });

  test("has no gap where each case ran somewhere", () => {
    expect(silentGaps(caseTable(tests))).toEqual([]);
  });

  test("tells of a case that ran nowhere", () => {
    const skipped = tests.map((one) => ({ ...one, status: "pending" }));
    expect(silentGaps(caseTable(skipped))).toHaveLength(2);
  });

  test("tells of a case that an engine does not even have, if it runs all groups", () => {
    const more = [...tests, reported("memory", "basics", "puts")];
    expect(silentGaps(caseTable(more))).toEqual([
      "Firestore does not have the case: basics > puts",
    ]);
    const partial = [...more, reported("moto", "basics", "gets")];
    expect(silentGaps(caseTable(partial))).toHaveLength(1);
  });
});
