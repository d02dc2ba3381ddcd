import { describeComparison } from "../method/describe-comparison.ts";
import { engineEndpoint } from "../method/engines.ts";
import { compareInRounds, type Contender } from "../method/rounds.ts";
import type { Spread } from "../method/statistics.ts";
import { WorkerProcess } from "../method/worker-process.ts";
import type { Effort, Part } from "../report/part.ts";
import { type Goal, judge, missing } from "../report/result.ts";
import type { GrowthSettings } from "./growth-worker.ts";

const module = new URL("growth-worker.js", import.meta.url);
const queryGoal: Goal = { bound: "at most", value: 1.25 };
const storedName = "growth: a query on Postgres among 10,000 records, beside 100";
const nothing: Spread = { median: Number.NaN, low: Number.NaN, high: Number.NaN };

/** Starts an app of so many bindings in a process of its own, as nothing is compiled before a start. */
async function boot(count: number): Promise<number> {
  const process = await WorkerProcess.start(module, { core: "measured" });
  const { cpu } = await process.call<{ cpu: number }>("boot", count);
  await process[Symbol.asyncDispose]();
  return cpu;
}

function scaled({ median, low, high }: Spread, factor: number): Spread {
  return { median: median * factor, low: low * factor, high: high * factor };
}

/** Compares a query of a large table to one of a small table, by one of the costs of a run. */
async function compareQueries(
  effort: Effort,
  settings: GrowthSettings,
  cost: "cpu" | "wall",
): ReturnType<typeof compareInRounds> {
  await using process = await WorkerProcess.start(module, { core: "measured", settings });
  const contender = (scenario: string): Contender => ({
    name: scenario,
    sample: async () => {
      const measured = await process.measure(scenario, effort.sample);
      return measured[cost] / measured.operations;
    },
  });
  const [small, large] = [contender("query 100"), contender("query 10000")];
  for (const each of [small, large, small, large]) await each.sample();
  return await compareInRounds(small, contender("query 100"), [large], effort);
}

/** Whether a start grows with the bindings alone, and a query not with the table. */
export const growthPart: Part = async (effort, say) => {
  const contender = (count: number): Contender => ({
    name: String(count),
    sample: () => boot(count),
  });
  const boots = await compareInRounds(
    contender(1_000),
    contender(1_000),
    [contender(500), contender(2_000), contender(4_000)],
    { ...effort, tolerance: Math.max(0.1, effort.tolerance) },
  );
  say(describeComparison("boot", boots));
  const queries = await compareQueries(effort, {}, "cpu");
  say(describeComparison("query", queries));
  const endpoint = engineEndpoint("postgres");
  if (endpoint === undefined) say("Postgres: left out, as the engine is not there.");
  const stored =
    endpoint === undefined
      ? undefined
      : await compareQueries(
          { ...effort, tolerance: Math.max(0.1, effort.tolerance) },
          { postgres: endpoint },
          "wall",
        );
  if (stored !== undefined) say(describeComparison("query on Postgres", stored));
  const largeStored = stored?.ratios.get("query 10000");
  const thousand = boots.cost / 150_000;
  const large = queries.ratios.get("query 10000") ?? nothing;
  const columns = ["500", "2000", "4000"];
  return {
    tables: [
      {
        title: "Growth of a start",
        notes: [
          "CPU time of a start by the number of bindings, beside 1,000; twice as many should be twice as much at most.",
          describeComparison("boot", boots),
        ],
        columns,
        rows: [{ name: "bindings", cells: columns.map((count) => boots.ratios.get(count)) }],
      },
      {
        title: "Growth of a query",
        notes: [
          "CPU time of a query of 20 among 10,000 records in memory, beside 100.",
          describeComparison("query", queries),
          "On Postgres the time, with the server's.",
          ...(stored === undefined ? [] : [describeComparison("query on Postgres", stored)]),
        ],
        columns: ["10,000 beside 100"],
        rows: [
          { name: "in memory", cells: [large] },
          { name: "on Postgres", cells: [largeStored] },
        ],
      },
    ],
    results: [
      judge(
        "growth: start with 1,000 bindings, as a share of 150 ms",
        { median: thousand, low: thousand, high: thousand },
        { bound: "at most", value: 1 },
      ),
      judge(
        "growth: a binding among 4,000, beside one among 1,000",
        scaled(boots.ratios.get("4000") ?? nothing, 1 / 4),
        { bound: "at most", value: 1.25 },
      ),
      judge("growth: a query among 10,000 records, beside 100", large, queryGoal),
      largeStored === undefined
        ? missing(storedName, queryGoal)
        : judge(storedName, largeStored, queryGoal),
    ],
  };
};
