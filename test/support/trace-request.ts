// Traces one `POST /things` of examples/thing-service, from the server to the memory driver and back, and
// prints what it saw as JSON: a `Trace`. A program of its own, as coverage counts everything that runs in a
// process, and stacks are longer in it than elsewhere.
import { type Profiler, Session } from "node:inspector";
import { isAbsolute, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { createApp } from "@plinth/core";
import { bindDatabase, type Driver } from "@plinth/data";
import { memoryDriver } from "@plinth/data/memory";
import { bindHttp, HttpServer } from "@plinth/http";
import { bindThingRepository, bindThingService, ThingConfig } from "thing-service";
import { ThingService } from "thing-service/api";

/** The source files of ours that a request passes. */
export interface Trace {
  /** Those on the stack while the driver applies the write: the first caller first. */
  readonly stack: readonly string[];
  /** Those of which a function was called before the driver was. */
  readonly before: readonly string[];
  /** Those of which a function was called from then on, until the answer had arrived. */
  readonly after: readonly string[];
}

Error.stackTraceLimit = Number.POSITIVE_INFINITY;
const root = fileURLToPath(new URL("../..", import.meta.url));
const session = new Session();
session.connect();

/** The files of which a function was called since this was asked last. */
function calledFiles(): readonly string[] {
  let scripts: readonly Profiler.ScriptCoverage[] = [];
  // Answered before `post` returns, as the session is with its own thread.
  session.post("Profiler.takePreciseCoverage", (fault, { result }) => {
    if (fault !== null) throw fault;
    scripts = result;
  });
  const called = scripts.filter(({ functions }) =>
    functions.some(({ ranges }) => (ranges[0]?.count ?? 0) > 0),
  );
  return ownFiles(called.map(({ url }) => url.replace(/^file:\/\//, "")));
}

/** Files below `packages` and `examples`, each once, in the order in which they come first. */
function ownFiles(paths: readonly string[]): readonly string[] {
  const inside = paths.filter((path) => isAbsolute(path)).map((path) => relative(root, path));
  return [...new Set(inside.filter((path) => /^(?:packages|examples)\//.test(path)))];
}

let stack: readonly string[] = [];
let before: readonly string[] = [];

/** The memory driver, with its writes watched. */
function watchedDriver(): Driver {
  const driver = memoryDriver();
  return {
    ...driver,
    collection: (definition) => {
      const collection = driver.collection(definition);
      const write = collection.write.bind(collection);
      collection.write = (action, options) => {
        before = calledFiles();
        // The driver's own files are on the stack when it reads what it is to write.
        const watched = new Proxy(action, {
          get: (target, key, receiver): unknown => {
            const paths = (new Error("read").stack ?? "").matchAll(
              /[( ]((?:file:\/\/)?\/[^():]+):\d/g,
            );
            const seen = Array.from(paths, ([, path = ""]) => path.replace(/^file:\/\//, ""));
            const files = ownFiles(seen.toReversed());
            if (files.length > stack.length) stack = files;
            return Reflect.get(target, key, receiver);
          },
        });
        return write(watched, options);
      };
      return collection;
    },
  };
}

async function post(url: string, name: string): Promise<void> {
  const answer = await fetch(`${url}/things`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name, description: "A lamp" }),
  });
  if (answer.status !== 201) throw new Error(await answer.text());
  await answer.body?.cancel();
}

const app = createApp({
  name: "thing-service",
  config: new ThingConfig({ environment: "test", logLevel: "warn", port: 0 }),
  bindings: [
    bindDatabase(watchedDriver),
    bindThingRepository,
    bindThingService,
    bindHttp({ serve: [ThingService] }),
  ],
});
await app.start();
const { url } = app.get(HttpServer);
session.post("Profiler.enable");
session.post("Profiler.startPreciseCoverage", { callCount: true });
// What only the first request does, such as compiling checks, is not part of the walk.
await post(url, "first");
calledFiles();
stack = [];
await post(url, "second");
const trace: Trace = { stack, before, after: calledFiles() };
process.stdout.write(`${JSON.stringify(trace)}\n`);
await app.stop();
