import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeComparison } from "../method/describe-comparison.ts";
import { compareInRounds, type Comparison, type Contender } from "../method/rounds.ts";
import type { Spread } from "../method/statistics.ts";
import { WorkerProcess } from "../method/worker-process.ts";
import type { Cell, Effort, Part, Table } from "../report/part.ts";
import { judge, type Result } from "../report/result.ts";
import { checkServer } from "./check-server.ts";
import type { LoadResult, LoadSettings } from "./load-worker.ts";
import type { ServerSettings } from "./server-settings.ts";

interface ServerName {
  readonly server: string;
  readonly name: string;
  /** Whether Plinth is to be ahead of it. */
  readonly isPeer: boolean;
}

const servers: readonly ServerName[] = [
  { server: "node-http", name: "node:http, checks by hand", isPeer: false },
  { server: "plinth", name: "Plinth", isPeer: false },
  { server: "hono", name: "Hono + zod", isPeer: true },
  { server: "fastify-zod", name: "Fastify + zod type provider", isPeer: true },
  { server: "ts-rest", name: "ts-rest on Fastify", isPeer: true },
  { server: "nest", name: "Nest 12 on Fastify, zod", isPeer: true },
  { server: "orpc", name: "oRPC", isPeer: true },
  { server: "express", name: "Express 5 + zod", isPeer: true },
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
  const start = async (file: string | undefined): Promise<Started> => {
    const settings: ServerSettings = { server, ...(file === undefined ? {} : { logFile: file }) };
    const process = await WorkerProcess.start(new URL("server-worker.js", import.meta.url), {
      core: "measured",
      settings,
      // Warnings of peers about their own options say nothing about the comparison.
      nodeOptions: ["--no-warnings", ...nodeOptions],
    });
    return { process, port: await process.call<number>("port") };
  };
  const checked = await start(logFile);
  try {
    await checkServer(name, checked.port, logFile);
  } catch (error) {
    await checked.process[Symbol.asyncDispose]();
    throw error;
  }
  if (logFile === undefined) return checked;
  await checked.process[Symbol.asyncDispose]();
  return start("/dev/null");
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
  const started = new Map<string, Started>();
  try {
    for (const { server, name } of [
      { server: "fastify", name: baselineName },
      { server: "fastify", name: "control" },
      ...servers,
    ]) {
      started.set(name, await startServer(server, name, logFolder));
    }
    const contender = (name: string, verb: Verb): Contender => {
      const server = started.get(name);
      if (server === undefined) throw new TypeError(`There is no server ${name}.`);
      return { name, sample: () => sampleServer(server, load, verb, effort.sample) };
    };
    const compare = async (verb: Verb): Promise<Comparison> => {
      for (const server of started.values()) {
        // Until the compiler has seen all of it.
        await sampleServer(server, load, verb, effort.quick ? 150 : 1_500);
      }
      const comparison = await compareInRounds(
        contender(baselineName, verb),
        contender("control", verb),
        servers.map(({ name }) => contender(name, verb)),
        effort,
      );
      say(describeComparison(`${verb}, ${logFolder === undefined ? "no log" : "log"}`, comparison));
      return comparison;
    };
    return { GET: await compare("GET"), POST: await compare("POST") };
  } finally {
    for (const { process } of started.values()) await process[Symbol.asyncDispose]();
  }
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
