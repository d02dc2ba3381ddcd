import { describe, expect, test } from "vitest";
import { compareInRounds, type Contender } from "../src/method/rounds.ts";
import { median, spreadOf } from "../src/method/statistics.ts";
import { judge, missing } from "../src/report/result.ts";
import { fillSection } from "../src/report/write-reports.ts";

/** A contender that costs what the list says, again and again. */
function costing(name: string, ...costs: readonly number[]): Contender {
  let calls = 0;
  return {
    name,
    sample: async () => {
      calls += 1;
      return costs[(calls - 1) % costs.length] ?? 0;
    },
  };
}

describe("statistics", () => {
  test("the median of an odd and of an even number", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  test("few values are enclosed by the least and the greatest, many by inner ones", () => {
    expect(spreadOf([5, 1, 3])).toEqual({ median: 3, low: 1, high: 5 });
    // For 11 values the second and the second last enclose the true median in 98.8 of 100 cases.
    const eleven = Array.from({ length: 11 }, (_, index) => index);
    expect(spreadOf(eleven)).toEqual({ median: 5, low: 1, high: 9 });
  });
});

describe("rounds", () => {
  test("ratios are taken within a round", async () => {
    const comparison = await compareInRounds(
      costing("base", 10, 100),
      costing("control", 10, 100),
      [costing("double", 20, 200)],
      { rounds: 4, tolerance: 0.05 },
    );
    expect(comparison.ratios.get("double")).toEqual({ median: 2, low: 2, high: 2 });
    expect(comparison).toMatchObject({ rounds: 4, thrownAway: 0, doubtful: 0 });
  });

  test("a round in which the control strays is thrown away, and said", async () => {
    const comparison = await compareInRounds(
      costing("base", 10, 10, 10),
      costing("control", 10, 15, 10),
      [costing("other", 20, 1, 20)],
      { rounds: 4, tolerance: 0.05 },
    );
    expect(comparison.thrownAway).toBeGreaterThan(0);
    expect(comparison.ratios.get("other")).toEqual({ median: 2, low: 2, high: 2 });
  });

  test("without spare rounds the rest is kept, and called doubtful", async () => {
    const comparison = await compareInRounds(costing("base", 10), costing("control", 20), [], {
      rounds: 3,
      tolerance: 0.05,
      spare: 2,
    });
    expect(comparison).toMatchObject({ rounds: 3, thrownAway: 2, doubtful: 3 });
  });
});

describe("goals", () => {
  const spread = { median: 0.95, low: 0.9, high: 1 };

  test.each([
    ["at least", 0.95, true],
    ["at least", 0.96, false],
    ["at most", 0.95, true],
    ["at most", 0.94, false],
    ["above", 0.95, false],
  ] as const)("%s %d", (bound, value, holds) => {
    expect(judge("it", spread, { bound, value }).holds).toBe(holds);
  });

  test("what was not measured does not hold", () => {
    expect(missing("it", { bound: "at most", value: 1 }).holds).toBe(false);
  });
});

test("tables go between the comments of their part", () => {
  const page = "a\n<!-- bench:http -->\nold\n<!-- /bench:http -->\nb";
  expect(fillSection(page, "http", "new")).toBe(
    "a\n<!-- bench:http -->\n\nnew\n\n<!-- /bench:http -->\nb",
  );
  expect(() => fillSection(page, "data", "new")).toThrow("no place for data");
});
