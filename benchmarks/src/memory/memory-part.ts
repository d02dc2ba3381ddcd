import { requests, startServer, type Started } from "../http/http-part.ts";
import type { LoadSettings } from "../http/load-worker.ts";
import { spreadOf } from "../method/statistics.ts";
import { WorkerProcess } from "../method/worker-process.ts";
import type { Part } from "../report/part.ts";
import { judge } from "../report/result.ts";

const rounds = 10;

/** Memory of one server after each round. */
interface Trace {
  readonly resident: readonly number[];
  readonly heap: readonly number[];
}

async function trace(server: Started, load: WorkerProcess, count: number): Promise<Trace> {
  const resident: number[] = [];
  const heap: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const verb of ["GET", "POST"] as const) {
      const settings: LoadSettings = {
        port: server.port,
        requests: requests[verb],
        status: verb === "GET" ? 200 : 201,
        connections: 64,
        count: count / rounds / 2,
      };
      await load.call("open", settings);
      await load.call("run");
      await load.call("close");
    }
    resident.push((await server.process.usage()).memory);
    await server.process.call("collect");
    heap.push((await server.process.usage()).heap);
  }
  return { resident, heap };
}

/** Memory after many requests, beside raw Fastify, and whether it grows. */
export const memoryPart: Part = async (effort, say) => {
  await using load = await WorkerProcess.start(new URL("../http/load-worker.js", import.meta.url), {
    core: "other",
  });
  const count = effort.quick ? 2_000 : 100_000;
  const ratios: number[] = [];
  const growths: number[] = [];
  for (let repetition = 0; repetition < (effort.quick ? 1 : 3); repetition += 1) {
    const traces: Trace[] = [];
    for (const name of ["fastify", "plinth"]) {
      const server = await startServer(name, name, undefined, ["--expose-gc"]);
      traces.push(await trace(server, load, count));
      await server.process[Symbol.asyncDispose]();
    }
    const [fastify, plinth] = traces;
    ratios.push((plinth?.resident.at(-1) ?? 0) / (fastify?.resident.at(-1) ?? 0));
    // The first rounds fill caches and compile; what comes after is to stay as it is.
    growths.push((plinth?.heap.at(-1) ?? 0) / (plinth?.heap[2] ?? 0));
    say(`memory: ${((plinth?.resident.at(-1) ?? 0) / 2 ** 20) | 0} MB resident.`);
  }
  const resident = spreadOf(ratios);
  const growth = spreadOf(growths);
  return {
    tables: [
      {
        title: "Memory",
        notes: [
          `After ${count} requests: resident size beside raw Fastify's, and what is alive after the last of ten rounds beside the third.`,
        ],
        columns: ["resident, beside raw Fastify", "alive, last beside third round"],
        rows: [{ name: "Plinth", cells: [resident, growth] }],
      },
    ],
    results: [
      judge("memory: resident after 100,000 requests, beside raw Fastify", resident, {
        bound: "at most",
        value: 1.15,
      }),
      judge("memory: alive after the last of ten rounds, beside the third", growth, {
        bound: "at most",
        value: 1.02,
      }),
    ],
  };
};
