import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeComparison } from "../method/describe-comparison.ts";
import { compareInGroups, type GroupContender } from "../method/groups.ts";
import type { Comparison } from "../method/rounds.ts";
import type { Spread } from "../method/statistics.ts";
import { WorkerProcess } from "../method/worker-process.ts";
import type { Cell, Effort, Part, Table } from "../report/part.ts";
import { judge, type Result } from "../report/result.ts";
import { checkServer } from "./check-server.ts";
import type { LoadResult, LoadSettings } from "./load-worker.ts";
import type { ServerSettings } from "./server-settings.ts";

interface ContenderName {
  readonly server: string;
  readonly name: string;
  /** Whether no goal depends on how exactly it is known. */
  readonly isAside: boolean;
}

interface ServerName extends ContenderName {
  /** Whether Plinth is to be ahead of it. */
  readonly isPeer: boolean;
}

const servers: readonly ServerName[] = [
  { server: "node-http", name: "node:http, checks by hand", isPeer: false, isAside: true },
  { server: "plinth", name: "Plinth", isPeer: false, isAside: false },
  { server: "hono", name: "Hono + zod", isPeer: true, isAside: false },
  { server: "fastify-zod", name: "Fastify + zod type provider", isPeer: true, isAside: true },
  { server: "ts-rest", name: "ts-rest on Fastify", isPeer: true, isAside: true },
  { server: "nest", name: "Nest 12 on Fastify, zod", isPeer: true, isAside: true },
  { server: "orpc", name: "oRPC", isPeer: true, isAside: true },
  { server: "express", name: "Express 5 + zod", isPeer: true, isAside: true },
];
const baselineName = "Fastify + JSON Schema";
const own = "Plinth";
const connections = 64;

/** Requests as they go over the wire; made beforehand, so that making them costs nothing. */
export const requests: Readonly<Record<"GET" | "POST", readonly string[]>> = {
  GET: Array.from(
    { length: 1_000 },
    (_, index) => `GET /things/thing_seed${index} HTTP/1.1\r\nhost: localhost\r\n\r\n`,
  ),
  POST: Array.from({ length: 1_000 }, (_, index) => {
    const body = JSON.stringify({ name: `seed${index}`, description: `Number ${index} again` });
    return `POST /things HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  }),
};
const statuses = { GET: 200, POST: 201 } as const;
type Verb = keyof typeof statuses;

/** A server of the comparison in a process of its own. */
export interface Started {
  readonly process: WorkerProcess;
  readonly port: number;
}

async function launchServer(
  server: string,
  logFile: string | undefined,
  nodeOptions: readonly string[] = [],
): Promise<Started> {
  const settings: ServerSettings = { server, ...(logFile === undefined ? {} : { logFile }) };
  const process = await WorkerProcess.start(new URL("server-worker.js", import.meta.url), {
    core: "measured",
    settings,
    // Warnings of peers about their own options say nothing about the comparison.
    nodeOptions: ["--no-warnings", ...nodeOptions],
  });
  return { process, port: await process.call<number>("port") };
}

/** Starts a server and makes sure that it does the work of the comparison. */
export async function startServer(
  server: string,
  name: string,
  folder: string | undefined,
  nodeOptions: readonly string[] = [],
): Promise<Started> {
  // Lines are looked at once, by a first process; the one that is measured writes to nowhere.
  const logFile =
    folder === undefined ? undefined : join(folder, `${name.replaceAll(/\W+/g, "-")}.log`);
  const checked = await launchServer(server, logFile, nodeOptions);
  try {
    await checkServer(name, checked.port, logFile);
  } catch (error) {
    await checked.process[Symbol.asyncDispose]();
    throw error;
  }
  if (logFile === undefined) return checked;
  await checked.process[Symbol.asyncDispose]();
  return launchServer(server, "/dev/null", nodeOptions);
}

/** Microseconds of CPU time of the server for one request. */
async function sampleServer(
  { process, port }: Started,
  load: WorkerProcess,
  verb: Verb,
  milliseconds: number,
): Promise<number> {
  const settings: LoadSettings = {
    port,
    requests: requests[verb],
    status: statuses[verb],
    connections,
    milliseconds,
  };
  await load.call("open", settings);
  const before = await process.usage();
  const { answers } = await load.call<LoadResult>("run");
  const after = await process.usage();
  await load.call("close");
  return (after.cpu - before.cpu) / answers;
}

async function compareServers(
  effort: Effort,
  logFolder: string | undefined,
  load: WorkerProcess,
  say: (text: string) => void,
): Promise<Record<Verb, Comparison>> {
  const checked = new Set<string>();
  const contender = ({ server, name, isAside }: ContenderName): GroupContender => ({
    name,
    isAside,
    start: async () => {
      const started = checked.has(name)
        ? await launchServer(server, logFolder === undefined ? undefined : "/dev/null")
        : await startServer(server, name, logFolder);
      checked.add(name);
      return {
        warmUp: (verb) => sampleServer(started, load, verb as Verb, effort.quick ? 150 : 1_000),
        sample: (verb) => sampleServer(started, load, verb as Verb, effort.sample),
        [Symbol.asyncDispose]: () => started.process[Symbol.asyncDispose](),
      };
    },
  });
  const found = await compareInGroups(
    contender({ server: "fastify", name: baselineName, isAside: false }),
    servers.map(contender),
    Object.keys(statuses),
    effort,
  );
  const comparisonOf = (verb: Verb): Comparison => {
    const comparison = found.get(verb);
    if (comparison === undefined) throw new TypeError(`There is no comparison of ${verb}.`);
    say(describeComparison(`${verb}, ${logFolder === undefined ? "no log" : "log"}`, comparison));
    return comparison;
  };
  return { GET: comparisonOf("GET"), POST: comparisonOf("POST") };
}

function inverse({ median, low, high }: Spread): Cell {
  return { median: 1 / median, low: 1 / high, high: 1 / low };
}

const nothing: Spread = { median: Number.NaN, low: Number.NaN, high: Number.NaN };

/** Plinth against the best of the peers in one column; above 1 is ahead. */
function aheadOf(speeds: ReadonlyMap<string, Cell>): Cell {
  const best = Math.max(
    ...servers.filter(({ isPeer }) => isPeer).map(({ name }) => speeds.get(name)?.median ?? 0),
  );
  const { median, low, high } = speeds.get(own) ?? nothing;
  return { median: median / best, low: low / best, high: high / best };
}

/** Requests per second of CPU time, beside raw Fastify. */
export const httpPart: Part = async (effort, say) => {
  const folder = await mkdtemp(join(tmpdir(), "plinth-bench-"));
  await using load = await WorkerProcess.start(new URL("load-worker.js", import.meta.url), {
    core: "other",
  });
  const found: { readonly title: string; readonly comparison: Comparison }[] = [];
  try {
    for (const [ending, logFolder] of [
      ["no log", undefined],
      ["log line each", folder],
    ] as const) {
      const { GET, POST } = await compareServers(effort, logFolder, load, say);
      found.push({ title: `GET, ${ending}`, comparison: GET });
      found.push({ title: `POST, ${ending}`, comparison: POST });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const columns = found.map(({ title, comparison }) => ({
    title,
    speeds: new Map([...comparison.ratios].map(([name, spread]) => [name, inverse(spread)])),
    comparison,
  }));
  const results: Result[] = columns.map(({ title, speeds }) =>
    judge(`HTTP: ${title}, beside raw Fastify`, speeds.get(own) ?? nothing, {
      bound: "at least",
      value: 0.95,
    }),
  );
  const ahead = columns
    .map(({ speeds }) => aheadOf(speeds))
    .toSorted((left, right) => left.median - right.median)[0];
  results.push(
    judge("HTTP: beside the best peer, in the worst column", ahead ?? nothing, {
      bound: "above",
      value: 1,
    }),
  );
  const names = [baselineName, ...servers.map(({ name }) => name)];
  const first = columns[0]?.speeds;
  const table: Table = {
    title: "HTTP",
    notes: [
      `Requests for the same CPU time of the server, beside ${baselineName}; higher is better. ${connections} connections.`,
      ...columns.map(({ title, comparison }) => describeComparison(title, comparison)),
    ],
    columns: columns.map(({ title }) => title),
    rows: names
      .toSorted((left, right) => (first?.get(right)?.median ?? 1) - (first?.get(left)?.median ?? 1))
      .map((name) => ({
        name,
        cells: columns.map(({ speeds }) =>
          name === baselineName ? { median: 1, low: 1, high: 1 } : speeds.get(name),
        ),
      })),
  };
  return { tables: [table], results };
};
