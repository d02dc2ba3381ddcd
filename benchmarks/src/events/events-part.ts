import { describeComparison } from "../method/describe-comparison.ts";
import { engineEndpoint } from "../method/engines.ts";
import { compareInGroups, type GroupContender } from "../method/groups.ts";
import type { Comparison } from "../method/rounds.ts";
import { WorkerProcess } from "../method/worker-process.ts";
import type { Measured } from "../method/worker.ts";
import type { Cell, Effort, Part, PartReport } from "../report/part.ts";
import { judge, mayStillFail, missing, type Goal, type Result } from "../report/result.ts";
import { compareObserved } from "./compare-observed.ts";
import type { ConsumeSample, EventsSettings } from "./events-worker.ts";
import type { Observed } from "./observe-client.ts";

const goal: Goal = { bound: "at least", value: 0.95 };
const publishRow = "events: publish with confirm, beside the raw AMQP client";
const consumeRow = "events: consume with ack, beside the raw AMQP client";

const own = "Plinth";
const raw = "amqplib";
const clients: Readonly<Record<string, string>> = {
  [own]: "plinth",
  "amqplib, data checked by zod": "amqplib-zod",
};

/** Samples before those that count. */
const warmUps = 4;

interface Column {
  readonly title: string;
  readonly sample: (process: WorkerProcess, effort: Effort) => Promise<Measured>;
  readonly cost: (measured: Measured) => number;
  /** The row of the goals that it belongs to. Absent: to none. */
  readonly row?: string;
}

const cpu = ({ cpu, operations }: Measured): number => cpu / operations;
const wall = ({ wall, operations }: Measured): number => wall / operations;

function publish(scenario: string): Column["sample"] {
  return async (process, { sample }) => {
    const measured = await process.measure(scenario, sample);
    await process.call("empty");
    return measured;
  };
}

function consume(prefetch: number, count: number): Column["sample"] {
  return (process, { quick }) => {
    const settings: ConsumeSample = { prefetch, count: quick ? Math.ceil(count / 10) : count };
    return process.call("consume", settings);
  };
}

const columns: readonly Column[] = [
  { title: "publish 64", sample: publish("publish 64"), cost: wall, row: publishRow },
  { title: "publish 1", sample: publish("publish 1"), cost: wall, row: publishRow },
  { title: "publish 64, CPU", sample: publish("publish 64"), cost: cpu },
  { title: "consume 64", sample: consume(64, 3_000), cost: wall, row: consumeRow },
  { title: "consume 1", sample: consume(1, 400), cost: wall, row: consumeRow },
  { title: "consume 64, CPU", sample: consume(64, 3_000), cost: cpu },
];

function inverse({ median, low, high }: Cell): Cell {
  return { median: 1 / median, low: 1 / high, high: 1 / low };
}

let started = 0;

/** Starts a client in a process of its own, with queues of its own. */
export async function startClient(client: string, url: string): Promise<WorkerProcess> {
  started += 1;
  const prefix = `bench-${process.pid}-${started}`;
  const settings: EventsSettings = { client, url, prefix };
  return WorkerProcess.start(new URL("events-worker.js", import.meta.url), {
    core: "measured",
    settings,
    nodeOptions: ["--no-warnings"],
  });
}

const columnOf = (title: string): Column => {
  const column = columns.find((each) => each.title === title);
  if (column === undefined) throw new TypeError(`There is no column ${title}.`);
  return column;
};

async function compareClients(
  url: string,
  effort: Effort,
): Promise<ReadonlyMap<Column, Comparison>> {
  let expected: Observed | undefined;
  const contender = (name: string, client: string): GroupContender => ({
    name,
    isAside: client === "amqplib-zod",
    start: async () => {
      const process = await startClient(client, url);
      const observed = await process.call<Observed>("observe");
      expected ??= observed;
      compareObserved(name, observed, expected);
      const sample = async (title: string): Promise<number> => {
        const column = columnOf(title);
        return column.cost(await column.sample(process, effort));
      };
      return {
        warmUp: async (title) => {
          // The first columns are the first time that the compiler sees this work at all.
          const times = effort.quick ? 1 : warmUps;
          for (let time = 0; time < times; time += 1) await sample(title);
        },
        sample,
        [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
      };
    },
  });
  const titles = columns.map(({ title }) => title);
  const found = await compareInGroups(
    contender(raw, "amqplib"),
    Object.entries(clients).map(([name, client]) => contender(name, client)),
    titles.filter((title) => title.includes(effort.only ?? "")),
    {
      ...effort,
      tolerance: Math.max(effort.tolerance, 0.1),
      isUndecided: (title, { ratios }) => {
        const spread = ratios.get(own);
        return (
          columnOf(title).row !== undefined &&
          spread !== undefined &&
          mayStillFail(inverse(spread), goal)
        );
      },
    },
  );
  return new Map([...found].map(([title, comparison]) => [columnOf(title), comparison]));
}

function reportOf(found: ReadonlyMap<Column, Comparison>): PartReport {
  const cell = (column: Column, name: string): Cell => {
    const spread = found.get(column)?.ratios.get(name);
    return inverse(spread ?? { median: Number.NaN, low: Number.NaN, high: Number.NaN });
  };
  const measured = [...found.keys()];
  const judged = (row: string): Result => {
    const cells = measured.filter((column) => column.row === row).map((each) => cell(each, own));
    const [worst] = cells.toSorted((left, right) => left.median - right.median);
    return worst === undefined ? missing(row, goal) : judge(row, worst, goal);
  };
  return {
    tables: [
      {
        title: "RabbitMQ",
        notes: [
          "Events in the same time, beside amqplib that makes the same envelopes for the same quorum queue and checks nothing; higher is better. The number is how many wait for their confirmation, or are handled and acknowledged, side by side. By the clock, as the goals speak of speed: the broker's own time is part of it. Under CPU it is the time of the client's process alone, which no goal is set for. A goal counts in the worst of its columns.",
          ...[...found].map(([{ title }, comparison]) => describeComparison(title, comparison)),
        ],
        columns: measured.map(({ title }) => title),
        rows: Object.keys(clients).map((name) => ({
          name,
          cells: measured.map((column) => cell(column, name)),
        })),
      },
    ],
    results: [publishRow, consumeRow].map(judged),
  };
}

/** What events cost beside the raw client of AMQP. */
export const eventsPart: Part = async (effort, say) => {
  const url = engineEndpoint("rabbitmq");
  if (url !== undefined) return reportOf(await compareClients(url, effort));
  say("RabbitMQ: left out, as the engine is not there.");
  return { tables: [], results: [missing(publishRow, goal), missing(consumeRow, goal)] };
};
