import type { Profiler } from "node:inspector";
import { startClient } from "./events/events-part.ts";
import type { ConsumeSample } from "./events/events-worker.ts";
import { requests } from "./http/http-part.ts";
import type { LoadSettings } from "./http/load-worker.ts";
import { engineEndpoint, type Engine } from "./method/engines.ts";
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

/** Repeats one scenario of a worker. */
async function profileScenario(
  process: WorkerProcess,
  scenario: string,
  milliseconds: number,
): Promise<Profiler.Profile> {
  await process.measure(scenario, milliseconds);
  await process.call("startProfile");
  await process.measure(scenario, milliseconds);
  return process.call<Profiler.Profile>("stopProfile");
}

function dataScenario(client: string, engine: Engine | "stub", scenario: string): Scenario {
  return async (milliseconds) => {
    await using stub = await WorkerProcess.start(
      new URL("data/dynamodb-stub.js", import.meta.url),
      {
        core: "other",
      },
    );
    const endpoint =
      engine === "stub" ? await stub.call<string>("endpoint") : engineEndpoint(engine);
    if (endpoint === undefined) throw new Error(`There is no ${engine}; see npm run engines.`);
    await using process = await WorkerProcess.start(
      new URL("data/data-worker.js", import.meta.url),
      { core: "measured", settings: { client, endpoint }, nodeOptions: ["--no-warnings"] },
    );
    await process.call("check");
    return await profileScenario(process, scenario, milliseconds);
  };
}

async function startEvents(client: string): Promise<WorkerProcess> {
  const url = engineEndpoint("rabbitmq");
  if (url === undefined) throw new Error("There is no rabbitmq; see npm run engines.");
  return startClient(client, url);
}

function publishScenario(client: string): Scenario {
  return async (milliseconds) => {
    await using process = await startEvents(client);
    return await profileScenario(process, "publish 64", milliseconds);
  };
}

function consumeScenario(client: string, prefetch: number): Scenario {
  return async (milliseconds) => {
    await using process = await startEvents(client);
    const settings: ConsumeSample = { prefetch, count: milliseconds * 5 };
    await process.call("consume", { ...settings, count: 5_000 });
    await process.call("fill", settings.count);
    await process.call("startProfile");
    await process.call("drain", settings);
    return await process.call<Profiler.Profile>("stopProfile");
  };
}

const callScenario: Scenario = async (milliseconds) => {
  await using process = await WorkerProcess.start(
    new URL("calls/calls-worker.js", import.meta.url),
    {
      core: "measured",
    },
  );
  return await profileScenario(process, "contract", milliseconds);
};

const logScenario: Scenario = async (milliseconds) => {
  await using process = await WorkerProcess.start(
    new URL("logging/logging-worker.js", import.meta.url),
    { core: "measured", settings: { logger: "plinth" } },
  );
  return await profileScenario(process, "lines", milliseconds);
};

/** What can be profiled, by name. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  "http-get": httpScenario("plinth", "GET"),
  "http-post": httpScenario("plinth", "POST"),
  "http-get-log": httpScenario("plinth", "GET", "/dev/null"),
  "http-post-log": httpScenario("plinth", "POST", "/dev/null"),
  "fastify-get": httpScenario("fastify", "GET"),
  "fastify-post": httpScenario("fastify", "POST"),
  "dynamodb-get": dataScenario("plinth-dynamodb", "stub", "get 1"),
  "dynamodb-put": dataScenario("plinth-dynamodb", "stub", "put 64"),
  "dynamodb-query": dataScenario("plinth-dynamodb", "stub", "query 64"),
  "document-client-query": dataScenario("document-client", "stub", "query 64"),
  "postgres-get": dataScenario("plinth-postgres", "postgres", "get 1"),
  "postgres-put": dataScenario("plinth-postgres", "postgres", "put 64"),
  "postgres-query": dataScenario("plinth-postgres", "postgres", "query 64"),
  "firestore-get": dataScenario("plinth-firestore", "firestore", "get 1"),
  "firestore-query": dataScenario("plinth-firestore", "firestore", "query 64"),
  "firestore-client-get": dataScenario("firestore", "firestore", "get 1"),
  "firestore-client-query": dataScenario("firestore", "firestore", "query 64"),
  "events-publish": publishScenario("plinth"),
  "events-consume": consumeScenario("plinth", 64),
  "events-consume-1": consumeScenario("plinth", 1),
  "amqplib-publish": publishScenario("amqplib"),
  "amqplib-consume": consumeScenario("amqplib", 64),
  "amqplib-consume-1": consumeScenario("amqplib", 1),
  call: callScenario,
  log: logScenario,
};
