import { isDeepStrictEqual } from "node:util";
import { CheckError } from "../method/check-error.ts";
import { compareInRounds, type Contender } from "../method/rounds.ts";
import { describeComparison } from "../method/describe-comparison.ts";
import { WorkerProcess } from "../method/worker-process.ts";
import type { Part } from "../report/part.ts";
import { judge } from "../report/result.ts";
import type { Spread } from "../method/statistics.ts";

interface Look {
  readonly answer: unknown;
  readonly refused: boolean;
  readonly isCopy: boolean;
}

const names = {
  bare: "bound, without a contract",
  byHand: "zod by hand, twice",
  contract: "by contract",
};

async function check(call: WorkerProcess): Promise<void> {
  const expected = await call.call<Look>("look", "byHand");
  const seen = await call.call<Look>("look", "contract");
  if (!isDeepStrictEqual(seen, expected) || !seen.refused || !seen.isCopy) {
    throw new CheckError(
      `A call by contract gives ${JSON.stringify(seen)}, one by hand ${JSON.stringify(expected)}.`,
    );
  }
}

function scaled({ median, low, high }: Spread, factor: number, offset = 0): Spread {
  const scale = (value: number): number => (value + offset) * factor;
  return { median: scale(median), low: scale(low), high: scale(high) };
}

const nothing: Spread = { median: Number.NaN, low: Number.NaN, high: Number.NaN };

/** CPU time of one call in the process, beside a plain one. */
export const callsPart: Part = async (effort, say) => {
  await using process = await WorkerProcess.start(new URL("calls-worker.js", import.meta.url), {
    core: "measured",
  });
  await check(process);
  const contender = (scenario: string, name = scenario): Contender => ({
    name,
    sample: async () => {
      const { cpu, operations } = await process.measure(scenario, effort.sample);
      return cpu / operations;
    },
  });
  const contenders = Object.entries(names).map(([scenario, name]) => contender(scenario, name));
  for (const each of [contender("plain"), ...contenders]) await each.sample();
  const comparison = await compareInRounds(
    contender("plain", "a plain call"),
    contender("plain"),
    contenders,
    effort,
  );
  say(describeComparison("calls", comparison));
  const { cost, ratios } = comparison;
  return {
    tables: [
      {
        title: "Calls in the process",
        notes: [
          "CPU time of a call with a record of ten fields, beside a plain one; lower is better.",
          describeComparison("calls", comparison),
        ],
        columns: ["beside a plain call", "µs here"],
        rows: Object.values(names).map((name) => {
          const ratio = ratios.get(name) ?? nothing;
          const here = ratio.median * cost;
          return { name, cells: [ratio, { median: here, low: here, high: here }] };
        }),
      },
    ],
    results: [
      judge(
        "calls: by contract, as a share of 3 µs",
        scaled(ratios.get(names.contract) ?? nothing, cost / 3),
        {
          bound: "at most",
          value: 1,
        },
      ),
      judge(
        "calls: bound without a contract, more than a plain one, as a share of 0.2 µs",
        scaled(ratios.get(names.bare) ?? nothing, cost / 0.2, -1),
        { bound: "at most", value: 1 },
      ),
    ],
  };
};
