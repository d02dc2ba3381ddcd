import type { Profiler } from "node:inspector";
import { requests } from "./http/http-part.ts";
import type { LoadSettings } from "./http/load-worker.ts";
import { WorkerProcess } from "./method/worker-process.ts";

/** Runs something for some time, and gives the profile of the second half. */
type Scenario = (milliseconds: number) => Promise<Profiler.Profile>;

function httpScenario(server: string, verb: "GET" | "POST", logFile?: string): Scenario {
  return async (milliseconds) => {
    await using process = await WorkerProcess.start(
      new URL("http/server-worker.js", import.meta.url),
      { core: "measured", settings: { server, logFile }, nodeOptions: ["--no-warnings"] },
    );
    await using load = await WorkerProcess.start(new URL("http/load-worker.js", import.meta.url), {
      core: "other",
    });
    const settings: LoadSettings = {
      port: await process.call<number>("port"),
      requests: requests[verb],
      status: verb === "GET" ? 200 : 201,
      connections: 64,
      milliseconds,
    };
    await load.call("open", settings);
    await load.call("run");
    await process.call("startProfile");
    await load.call("run");
    return await process.call<Profiler.Profile>("stopProfile");
  };
}

/** What can be profiled, by name. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  "http-get": httpScenario("plinth", "GET"),
  "http-post": httpScenario("plinth", "POST"),
  "http-get-log": httpScenario("plinth", "GET", "/dev/null"),
  "http-post-log": httpScenario("plinth", "POST", "/dev/null"),
  "fastify-get": httpScenario("fastify", "GET"),
  "fastify-post": httpScenario("fastify", "POST"),
};
