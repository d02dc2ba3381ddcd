import { CheckError } from "../method/check-error.ts";
import { describeComparison } from "../method/describe-comparison.ts";
import { engineEndpoint, type Engine } from "../method/engines.ts";
import { compareInGroups, type GroupContender } from "../method/groups.ts";
import type { Comparison } from "../method/rounds.ts";
import type { Spread } from "../method/statistics.ts";
import { WorkerProcess } from "../method/worker-process.ts";
import type { Measured } from "../method/worker.ts";
import type { Effort, Part, Table } from "../report/part.ts";
import { judge, mayStillFail, missing, type Goal, type Result } from "../report/result.ts";

interface Family {
  readonly title: string;
  readonly engine: Engine | "stub";
  readonly baseline: string;
  readonly names: Readonly<Record<string, string>>;
  readonly own: string;
  readonly scenarios: readonly string[];
  /** What counts of a run. */
  readonly cost: (measured: Measured) => number;
  readonly note: string;
  /** The goal of a scenario. */
  readonly goals: Readonly<Record<string, Goal>>;
}

const cpu = ({ cpu, operations }: Measured): number => cpu / operations;
const wall = ({ wall, operations }: Measured): number => wall / operations;
const all = ["get 1", "get 64", "put 1", "put 64", "query 1", "query 64"];

function sameGoal(scenarios: readonly string[], goal: Goal): Record<string, Goal> {
  return Object.fromEntries(scenarios.map((scenario) => [scenario, goal]));
}

const families: readonly Family[] = [
  {
    title: "DynamoDB that answers at once",
    engine: "stub",
    baseline: "document-client",
    names: {
      "plinth-dynamodb": "Plinth",
      electrodb: "ElectroDB",
      toolbox: "dynamodb-toolbox",
    },
    own: "plinth-dynamodb",
    scenarios: all,
    cost: cpu,
    note: "CPU time of the client for one operation, beside the SDK's document client as it comes; lower is better. The number is how many run side by side.",
    goals: sameGoal(all, { bound: "at most", value: 0.9 }),
  },
  {
    title: "DynamoDB Local, gets side by side",
    engine: "dynamodb",
    baseline: "document-client",
    names: { "plinth-dynamodb": "Plinth" },
    own: "plinth-dynamodb",
    scenarios: ["get 64", "get 1"],
    cost: wall,
    note: "Time for one get, beside the SDK's document client; lower is better.",
    goals: {
      "get 64": { bound: "at most", value: 0.125 },
      "get 1": { bound: "at most", value: 1.15 },
    },
  },
  {
    title: "Firestore's emulator",
    engine: "firestore",
    baseline: "firestore",
    names: { "plinth-firestore": "Plinth", fireorm: "fireorm" },
    own: "plinth-firestore",
    scenarios: ["get 1", "put 1", "query 1", "query 64"],
    cost: cpu,
    note: "CPU time of the client for one operation, beside Google's client; lower is better.",
    goals: sameGoal(["get 1", "put 1", "query 1", "query 64"], { bound: "at most", value: 1.05 }),
  },
  {
    title: "Firestore's emulator, gets side by side",
    engine: "firestore",
    baseline: "firestore",
    names: { "plinth-firestore": "Plinth" },
    own: "plinth-firestore",
    scenarios: ["get 64"],
    cost: wall,
    note: "Time for one get, beside Google's client; lower is better.",
    goals: { "get 64": { bound: "at most", value: 0.25 } },
  },
  {
    title: "Postgres",
    engine: "postgres",
    baseline: "pg",
    names: { "plinth-postgres": "Plinth", kysely: "Kysely" },
    own: "plinth-postgres",
    scenarios: all,
    cost: cpu,
    note: "CPU time of the client for one operation, beside pg with prepared statements; lower is better.",
    goals: sameGoal(all, { bound: "at most", value: 1.1 }),
  },
];

/** The goals of a family in one row: the scenario that is furthest from its goal. */
function rowsOf(
  { title, own, goals, names, engine }: Family,
  found: ReadonlyMap<string, Comparison>,
): Result[] {
  const ratio = (scenario: string, client: string): Spread | undefined =>
    found.get(scenario)?.ratios.get(client);
  const rows = Object.entries(goals).map(([scenario, goal]) => {
    const spread = ratio(scenario, own);
    const name = `data: ${title}, ${scenario}`;
    return spread === undefined ? missing(name, goal) : judge(name, spread, goal);
  });
  if (engine !== "stub") return rows;
  const peers = Object.keys(names).filter((name) => name !== own);
  const ahead = [...found.keys()].map((scenario): Spread => {
    const best = Math.min(
      ...peers.map((peer) => ratio(scenario, peer)?.median ?? Number.POSITIVE_INFINITY),
    );
    const { median, low, high } = ratio(scenario, own) ?? { median: NaN, low: NaN, high: NaN };
    return { median: median / best, low: low / best, high: high / best };
  });
  const worst = ahead.toSorted((left, right) => right.median - left.median)[0];
  const name = "data: DynamoDB, beside the best peer, in the worst column";
  const goal: Goal = { bound: "at most", value: 1 };
  return [...rows, worst === undefined ? missing(name, goal) : judge(name, worst, goal)];
}

async function compareFamily(
  family: Family,
  endpoint: string,
  effort: Effort,
  say: (text: string) => void,
): Promise<ReadonlyMap<string, Comparison>> {
  const contender = (client: string): GroupContender => ({
    name: client,
    isAside: client !== family.own,
    start: async () => {
      const process = await WorkerProcess.start(new URL("data-worker.js", import.meta.url), {
        core: "measured",
        settings: { client, endpoint },
        nodeOptions: ["--no-warnings"],
      });
      const fault = await process.call<string | undefined>("check");
      if (fault !== undefined) {
        throw new CheckError(`${client} on ${family.title} does not do the same: ${fault}`);
      }
      return {
        warmUp: (scenario) => process.measure(scenario, effort.quick ? 20 : 2_000),
        sample: async (scenario) => family.cost(await process.measure(scenario, effort.sample)),
        [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
      };
    },
  });
  const found = await compareInGroups(
    contender(family.baseline),
    Object.keys(family.names).map(contender),
    family.scenarios,
    {
      ...effort,
      tolerance: Math.max(effort.tolerance, 0.1),
      warmUpTogether: true,
      isUndecided: (scenario, { ratios }) => {
        const goal = family.goals[scenario];
        const spread = ratios.get(family.own);
        return goal !== undefined && spread !== undefined && mayStillFail(spread, goal);
      },
    },
  );
  for (const [scenario, comparison] of found) {
    say(describeComparison(`${family.title}, ${scenario}`, comparison));
  }
  return found;
}

function tableOf(family: Family, found: ReadonlyMap<string, Comparison>): Table {
  return {
    title: family.title,
    notes: [
      family.note,
      ...[...found].map(([scenario, comparison]) => describeComparison(scenario, comparison)),
    ],
    columns: [...found.keys()],
    rows: Object.entries(family.names).map(([client, name]) => ({
      name,
      cells: [...found.values()].map(({ ratios }) => ratios.get(client)),
    })),
  };
}

/** What repositories cost beside the engines' own clients. */
export const dataPart: Part = async (effort, say) => {
  await using stub = await WorkerProcess.start(new URL("dynamodb-stub.js", import.meta.url), {
    core: "other",
  });
  const tables: Table[] = [];
  const results: Result[] = [];
  for (const each of families) {
    const scenarios = each.scenarios.filter((scenario) =>
      `${each.title}, ${scenario}`.includes(effort.only ?? ""),
    );
    if (scenarios.length === 0) continue;
    const goals = Object.fromEntries(
      Object.entries(each.goals).filter(([scenario]) => scenarios.includes(scenario)),
    );
    const family = { ...each, scenarios, goals };
    const endpoint =
      family.engine === "stub"
        ? await stub.call<string>("endpoint")
        : engineEndpoint(family.engine);
    if (endpoint === undefined) say(`${family.title}: left out, as the engine is not there.`);
    const found =
      endpoint === undefined
        ? new Map<string, Comparison>()
        : await compareFamily(family, endpoint, effort, say);
    if (found.size > 0) tables.push(tableOf(family, found));
    results.push(...rowsOf(family, found));
  }
  return { tables, results };
};
