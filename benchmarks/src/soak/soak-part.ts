import { requests, startServer } from "../http/http-part.ts";
import type { LoadResult, LoadSettings } from "../http/load-worker.ts";
import { median, spreadOf } from "../method/statistics.ts";
import { WorkerProcess } from "../method/worker-process.ts";
import type { Part } from "../report/part.ts";
import { judge } from "../report/result.ts";

const longestDelay = 100;

/** A mixed load for minutes: whether memory stays, every request is answered, and nothing blocks. */
export const soakPart: Part = async (effort, say) => {
  const server = await startServer("plinth", "Plinth", undefined, ["--expose-gc"]);
  await using process = server.process;
  await using load = await WorkerProcess.start(new URL("../http/load-worker.js", import.meta.url), {
    core: "other",
  });
  // Three reads for each write, and a wrong address now and then is not among them: a status is one.
  const settings: LoadSettings = {
    port: server.port,
    requests: requests.GET.flatMap((get, index) =>
      index % 4 === 3 ? [requests.POST[index] ?? get] : [get],
    ),
    connections: 64,
    milliseconds: Math.min(10_000, effort.minutes * 6_000),
  };
  const heaps: number[] = [];
  const delays: number[] = [];
  let answers = 0;
  let asked = 0;
  const until = performance.now() + effort.minutes * 60_000;
  await process.call("watchLoop");
  do {
    await load.call("open", settings);
    const result = await load.call<LoadResult>("run");
    await load.call("close");
    answers += result.answers;
    asked += result.asked;
    delays.push(await process.call<number>("loopDelay"));
    await process.call("collect");
    heaps.push((await process.usage()).heap);
    // Collecting everything blocks as long as it takes; that is ours and not the server's.
    await process.call("loopDelay");
  } while (performance.now() < until);
  const third = Math.max(1, Math.floor(heaps.length / 3));
  const growth = median(heaps.slice(-third)) / median(heaps.slice(0, third));
  const delay = spreadOf(delays.map((each) => each / longestDelay));
  const lost = (asked - answers) / asked;
  say(
    `soak: ${answers} answers in ${effort.minutes} minutes, ${asked - answers} lost; alive ${(heaps.at(-1) ?? 0) >> 20} MB; 99 % of the event loop's delays below ${median(delays).toFixed(1)} ms.`,
  );
  const exact = (value: number) => ({ median: value, low: value, high: value });
  return {
    tables: [
      {
        title: "Soak",
        notes: [
          `${answers} requests in ${effort.minutes} minutes: memory in use in the last third beside the first, the share of requests without an answer, and the delay of the event loop that 99 % stay below, as a share of ${longestDelay} ms.`,
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
