import { requests } from "../http/http-part.ts";
import type { LoadResult, LoadSettings } from "../http/load-worker.ts";
import { median, spreadOf } from "../method/statistics.ts";
import { WorkerProcess } from "../method/worker-process.ts";
import type { Part } from "../report/part.ts";
import { judge } from "../report/result.ts";
import type { SideWork } from "./soak-worker.ts";

const maxDelay = 100;
/** How much of what the server can do is asked of it. */
const shareOfLoad = 0.5;

/** A request, and the status of its answer. */
type Expected = readonly [request: string, status: number];

/** Eight in ten are good: reads and writes. The others are what servers get as well. */
function mixedRequests(): readonly Expected[] {
  const { GET, POST } = requests;
  return GET.map((get, index): Expected => {
    const post = POST[index] ?? get;
    switch (index % 10) {
      case 3:
      case 6:
        return [post, 201];
      case 8:
        // Another field than the ones that there are: refused, with what is wrong with it.
        return [post.replace('"name"', '"nome"'), 400];
      case 9:
        return [get.replace("thing_seed", "thing_none"), 404];
      default:
        return [get, 200];
    }
  });
}

/** A mixed load for minutes: whether memory stays, every request is answered, and nothing blocks. */
export const soakPart: Part = async (effort, say) => {
  await using process = await WorkerProcess.start(new URL("soak-worker.js", import.meta.url), {
    core: "measured",
    settings: { server: "plinth", logFile: "/dev/null" },
    nodeOptions: ["--no-warnings", "--expose-gc"],
  });
  await using load = await WorkerProcess.start(new URL("../http/load-worker.js", import.meta.url), {
    core: "other",
  });
  const mixed = mixedRequests();
  const settings: LoadSettings = {
    port: await process.call<number>("port"),
    requests: mixed.map(([request]) => request),
    statuses: mixed.map(([, status]) => status),
    connections: 64,
    milliseconds: Math.min(10_000, effort.minutes * 6_000),
  };
  // The same connections all the time: those that have just been closed would be counted as memory.
  await load.call("open", settings);
  const play = (given: Partial<LoadSettings>): Promise<LoadResult> => load.call("run", given);
  await process.call("begin");
  // As fast as it goes, at first to warm up. At that rate the delays would be those of the queue that
  // the load makes for itself; what is asked is how the server does with some of its time to spare.
  const short = { milliseconds: Math.min(5_000, effort.minutes * 6_000) };
  for (let time = 0; time < 3; time += 1) await play(short);
  const most = await play(short);
  const rate = (most.answers / most.wall) * 1_000 * shareOfLoad;
  const heaps: number[] = [];
  const delays: number[] = [];
  let answers = 0;
  let asked = 0;
  const until = performance.now() + effort.minutes * 60_000;
  await process.call("watchLoop");
  do {
    const result = await play({ rate });
    answers += result.answers;
    asked += result.asked;
    delays.push(await process.call<number>("loopDelay"));
    await process.call("collect");
    heaps.push((await process.usage()).heap);
    // Collecting everything blocks as long as it takes; that is ours and not the server's.
    await process.call("loopDelay");
  } while (performance.now() < until);
  const { published, handled } = await process.call<SideWork>("end");
  const third = Math.max(1, Math.floor(heaps.length / 3));
  const growth = median(heaps.slice(-third)) / median(heaps.slice(0, third));
  const delay = spreadOf(delays.map((each) => each / maxDelay));
  const missing = asked - answers + published - handled;
  const lost = missing / (asked + published);
  const done = `${answers} requests and ${handled} events in ${effort.minutes} minutes, ${Math.round(rate)} requests per second, half of what the server can do`;
  say(
    `soak: ${done}; ${missing} lost; alive ${(heaps.at(-1) ?? 0) >> 20} MB; 99 % of the event loop's delays below ${median(delays).toFixed(1)} ms.`,
  );
  const exact = (value: number) => ({ median: value, low: value, high: value });
  return {
    tables: [
      {
        title: "Soak",
        notes: [
          `${done}: reads, writes, bad input and wrong addresses, a log line each, while the same process publishes and handles events and keeps records in memory. Memory in use in the last third beside the first, the share of requests and events that were lost, and the delay of the event loop that 99 % stay below, the 10 ms between two looks included, as a share of ${maxDelay} ms.`,
        ],
        columns: ["memory", "lost", "event loop"],
        rows: [{ name: "Plinth", cells: [exact(growth), exact(lost), delay] }],
      },
    ],
    results: [
      judge("soak: memory in use, last third beside the first", exact(growth), {
        bound: "at most",
        value: 1.02,
      }),
      judge("soak: share of requests without an answer", exact(lost), {
        bound: "at most",
        value: 0,
      }),
      judge("soak: event-loop delay, 99 % below, as a share of 100 ms", delay, {
        bound: "at most",
        value: 1,
      }),
    ],
  };
};
