import { describe, expect, test } from "vitest";
import { compareInGroups, type GroupContender } from "../src/method/groups.ts";
import { describeComparison } from "../src/method/describe-comparison.ts";
import { compareInRounds, type Contender } from "../src/method/rounds.ts";
import { median, spreadOf } from "../src/method/statistics.ts";
import { judge, mayStillFail, missing } from "../src/report/result.ts";
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

describe("groups", () => {
  /** A contender of which every process costs what its list says. */
  function processes(
    name: string,
    lists: readonly (readonly number[])[],
    options: { isAside?: boolean } = {},
  ) {
    const log = { started: 0, ended: 0, warm: [] as string[] };
    const contender: GroupContender = {
      name,
      ...options,
      start: async () => {
        const costs = lists[log.started % lists.length] ?? [];
        log.started += 1;
        let calls = 0;
        return {
          warmUp: async (scenario) => log.warm.push(scenario),
          sample: async () => costs[calls++ % costs.length] ?? 0,
          [Symbol.asyncDispose]: async () => void (log.ended += 1),
        };
      },
    };
    return { contender, log };
  }

  test("every group has fresh processes, and counts once", async () => {
    const base = processes("base", [[10], [10], [20], [20], [10], [10]]);
    const other = processes("other", [[20], [60], [30]]);
    const found = await compareInGroups(base.contender, [other.contender], ["a"], {
      rounds: 9,
      tolerance: 0.05,
    });
    const comparison = found.get("a");
    expect(comparison?.ratios.get("other")).toEqual({ median: 3, low: 2, high: 3 });
    expect(comparison).toMatchObject({ rounds: 9, groups: 3, thrownAway: 0, doubtful: 0 });
    expect(base.log).toMatchObject({ started: 6, ended: 6 });
    expect(other.log).toMatchObject({ started: 3, ended: 3, warm: ["a", "a", "a"] });
    expect(describeComparison("a", comparison as never)).toContain(
      "9 rounds in 3 groups of fresh processes",
    );
  });

  test("two processes that differ for good are no reason to throw a round away", async () => {
    const base = processes("base", [[10], [14]]);
    const other = processes("other", [[12]]);
    const found = await compareInGroups(base.contender, [other.contender], ["a"], {
      rounds: 3,
      tolerance: 0.05,
    });
    expect(found.get("a")).toMatchObject({ rounds: 3, thrownAway: 0, doubtful: 0 });
    expect(found.get("a")?.control.median).toBeCloseTo(1.4);
    expect(found.get("a")?.ratios.get("other")?.median).toBeCloseTo(1);
  });

  test("a round unlike the others of its group is thrown away", async () => {
    const base = processes("base", [[10], [10, 15, 10, 10]]);
    const other = processes("other", [[20, 2, 20, 20]]);
    const found = await compareInGroups(base.contender, [other.contender], ["a"], {
      rounds: 3,
      tolerance: 0.05,
    });
    expect(found.get("a")).toMatchObject({ rounds: 3, thrownAway: 1, doubtful: 0 });
    expect(found.get("a")?.ratios.get("other")).toEqual({ median: 2, low: 2, high: 2 });
  });

  test("where none agree the rest is kept, and called doubtful", async () => {
    const base = processes("base", [[10], [10, 20, 40, 80, 160]]);
    const found = await compareInGroups(base.contender, [], ["a"], { rounds: 3, tolerance: 0.05 });
    expect(found.get("a")).toMatchObject({ rounds: 3, thrownAway: 2, doubtful: 2 });
  });

  test("who stands aside takes part in the first group alone", async () => {
    const aside = processes("aside", [[5]], { isAside: true });
    const found = await compareInGroups(
      processes("base", [[10]]).contender,
      [aside.contender],
      ["a", "b"],
      { rounds: 6, tolerance: 0.05 },
    );
    expect(aside.log).toMatchObject({ started: 1, ended: 1, warm: ["a", "b"] });
    expect(found.get("b")?.ratios.get("aside")).toEqual({ median: 0.5, low: 0.5, high: 0.5 });
  });

  test("what is undecided gets more groups until it is decided, the rest none", async () => {
    const aside = processes("aside", [[5]], { isAside: true });
    const other = processes("other", [[9], [11], [12], [12], [12], [12]]);
    const asked: string[] = [];
    const found = await compareInGroups(
      processes("base", [[10]]).contender,
      [other.contender, aside.contender],
      ["a", "b"],
      {
        rounds: 9,
        tolerance: 0.05,
        isUndecided: (scenario, { groups = 0 }) => {
          asked.push(`${scenario} ${groups}`);
          return scenario === "a" && groups < 5;
        },
      },
    );
    expect(asked).toEqual(["a 3", "b 3", "a 4", "a 5"]);
    expect(found.get("a")).toMatchObject({ rounds: 15, groups: 5 });
    expect(found.get("a")?.ratios.get("other")).toEqual({ median: 1.2, low: 0.9, high: 1.2 });
    expect(found.get("b")).toMatchObject({ rounds: 9, groups: 3 });
    expect(other.log.warm).toEqual(["a", "b", "a", "b", "a", "b", "a", "a"]);
    expect(aside.log).toMatchObject({ started: 1, ended: 1 });
  });

  test("what stays undecided ends with the eighth group, and a quick run with its first", async () => {
    const compare = (rounds: number) =>
      compareInGroups(processes("base", [[10]]).contender, [], ["a"], {
        rounds,
        tolerance: 0.05,
        isUndecided: () => true,
      });
    expect((await compare(9)).get("a")).toMatchObject({ rounds: 24, groups: 8 });
    expect((await compare(1)).get("a")).toMatchObject({ rounds: 1, groups: 1 });
  });

  test.each([
    [true, 2],
    [false, 1],
  ])("processes warm up at once where they are told to: %s", async (warmUpTogether, atOnce) => {
    let warming = 0;
    let most = 0;
    const contender: GroupContender = {
      name: "base",
      start: async () => ({
        warmUp: async () => {
          most = Math.max(most, ++warming);
          await Promise.resolve();
          warming -= 1;
        },
        sample: async () => 1,
        [Symbol.asyncDispose]: async () => undefined,
      }),
    };
    await compareInGroups(contender, [], ["a"], { rounds: 1, tolerance: 1, warmUpTogether });
    expect(most).toBe(atOnce);
  });

  test("processes end also where one cannot start", async () => {
    const base = processes("base", [[10]]);
    const broken: GroupContender = { name: "broken", start: () => Promise.reject(new Error("no")) };
    const comparing = compareInGroups(base.contender, [broken], ["a"], { rounds: 1, tolerance: 1 });
    await expect(comparing).rejects.toThrow("no");
    expect(base.log).toMatchObject({ started: 1, ended: 1 });
  });
});

describe("goals", () => {
  const spread = { median: 0.95, low: 0.9, high: 1 };

  test.each([
    ["at least", 0.9, true],
    ["at least", 0.91, false],
    ["at most", 1, true],
    ["at most", 0.99, false],
    ["above", 0.9, false],
    ["above", 0.89, true],
  ] as const)("holds where the whole range does: %s %d", (bound, value, holds) => {
    expect(judge("it", spread, { bound, value }).holds).toBe(holds);
  });

  // A range of 0.1 is too near to what it is less than 0.05 from.
  test.each([
    ["at least", 0.86, true],
    ["at least", 0.84, false],
    ["at least", 0.95, false],
    ["at most", 1.04, true],
    ["at most", 1.06, false],
    ["at most", 0.99, false],
    ["above", 0.9, false],
    ["above", 0.89, true],
  ] as const)("whether a goal that holds may still fail: %s %d", (bound, value, may) => {
    expect(mayStillFail(spread, { bound, value })).toBe(may);
  });

  test("a narrow range has to be 3 % away", () => {
    const narrow = { low: 1, high: 1.001 };
    expect(mayStillFail(narrow, { bound: "at most", value: 1.03 })).toBe(true);
    expect(mayStillFail(narrow, { bound: "at most", value: 1.04 })).toBe(false);
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
