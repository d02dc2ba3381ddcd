import { Session, type Profiler } from "node:inspector";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { pathToFileURL } from "node:url";

/** What a worker module exports as `worker`: makes its functions out of what it is started with. */
export type WorkerFactory = (settings: never) => Promise<WorkerFunctions> | WorkerFunctions;

/** The functions that the main process may call, with values that survive a copy. */
export type WorkerFunctions = Readonly<Record<string, (argument: never) => unknown>>;

/** What a process has used so far. */
export interface Usage {
  /** CPU time of all threads, in microseconds. */
  readonly cpu: number;
  /** Resident memory, in bytes. */
  readonly memory: number;
  /** Memory of JavaScript objects, in bytes. */
  readonly heap: number;
}

/** What a run of one scenario took. */
export interface Measured {
  readonly operations: number;
  /** In microseconds. */
  readonly cpu: number;
  /** In milliseconds. */
  readonly wall: number;
}

interface Request {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

const loop = monitorEventLoopDelay({ resolution: 10 });
let session: Session | undefined;

/** Starts to look, many times in a millisecond, at which function runs. */
function startProfile(): void {
  session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.setSamplingInterval", { interval: 200 });
  session.post("Profiler.start");
}

function stopProfile(): Promise<Profiler.Profile> {
  return new Promise((resolve, reject) => {
    session?.post("Profiler.stop", (error, found) => {
      if (error === null) resolve(found.profile);
      else reject(error);
    });
  });
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  return { cpu: user + system, memory: rss, heap: heapUsed };
}

/**
 * Repeats a scenario for some time and says what it took.
 *
 * @param batch does some operations and says how many
 * @param milliseconds how long at least
 */
async function measureFor(
  batch: (argument: never) => unknown,
  milliseconds: number,
): Promise<Measured> {
  const begun = performance.now();
  const before = process.cpuUsage();
  let operations = 0;
  do {
    operations += (await batch(undefined as never)) as number;
  } while (performance.now() - begun < milliseconds);
  const { user, system } = process.cpuUsage(before);
  return { operations, cpu: user + system, wall: performance.now() - begun };
}

async function serve(modulePath: string, settings: unknown): Promise<void> {
  const { worker } = (await import(pathToFileURL(modulePath).href)) as { worker: WorkerFactory };
  const functions: WorkerFunctions = {
    usage,
    startProfile,
    stopProfile,
    watchLoop: () => {
      loop.enable();
    },
    /** The delay in milliseconds that 99 of 100 stayed below since the last question. */
    loopDelay: () => {
      const delay = loop.percentile(99) / 1e6;
      loop.reset();
      return delay;
    },
    collect: () => globalThis.gc?.(),
    measure: ({ name, milliseconds }: { name: string; milliseconds: number }) => {
      const scenario = functions[name];
      if (scenario === undefined) throw new TypeError(`There is no scenario ${name}.`);
      return measureFor(scenario, milliseconds);
    },
    ...(await worker(settings as never)),
  };
  const answer = async ({ id, name, argument }: Request): Promise<void> => {
    try {
      const found = functions[name];
      if (found === undefined) throw new TypeError(`There is no function ${name}.`);
      process.send?.({ id, value: await found(argument as never) });
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? error.stack : String(error) });
    }
  };
  process.on("message", (request: Request) => void answer(request));
  process.send?.({ ready: true });
}

const [, , modulePath, settings = "{}"] = process.argv;
if (modulePath !== undefined && process.send !== undefined) {
  process.once("disconnect", () => process.exit(0));
  await serve(modulePath, JSON.parse(settings));
}
