import {
  createApp,
  createContext,
  createLogger,
  currentContext,
  Logger,
  method,
  runWithContext,
  Service,
  injectable,
  type App,
  type CallOptions,
  type ServiceError,
} from "@plinth/core";
import { expect, test } from "vitest";
import { z } from "zod";
import { bindHttp, bindRemote, createClient, HttpServer } from "../src/index.ts";

const Task = z.object({ name: z.string() });

/** Far away: works until it is told to stop. */
abstract class WorkService extends Service("work", {
  work: method({ http: "POST /work", input: Task, output: z.void(), public: true }),
}) {}

/** In between: calls the other one, without a word about signals or deadlines. */
abstract class FrontService extends Service("front", {
  start: method({ http: "POST /start", input: Task, output: z.void(), public: true }),
}) {}

class FrontServiceImpl implements FrontService {
  readonly #work: WorkService;
  readonly #logger: Logger;
  constructor(work: WorkService, logger: Logger) {
    this.#work = work;
    this.#logger = logger;
  }
  async start({ name }: z.infer<typeof Task>) {
    this.#logger.info("front is working");
    await this.#work.work({ name });
  }
}
injectable(FrontServiceImpl, [WorkService, Logger]);

/** What the far side saw. */
interface FarSide {
  readonly begun: Promise<number | undefined>;
  readonly stopped: Promise<number>;
  readonly impl: WorkService;
}

function farSide(logger: Logger): FarSide {
  let begin: (left: number | undefined) => void = () => {};
  let stop: (at: number) => void = () => {};
  const begun = new Promise<number | undefined>((resolve) => {
    begin = resolve;
  });
  const stopped = new Promise<number>((resolve) => {
    stop = resolve;
  });
  const work = async (_input: unknown, options?: CallOptions): Promise<void> => {
    logger.info("work has begun");
    const deadline = currentContext()?.deadline;
    begin(deadline === undefined ? undefined : deadline - Date.now());
    await new Promise<void>((resolve) => {
      options?.signal?.addEventListener("abort", () => {
        stop(performance.now());
        resolve();
      });
    });
    logger.info("work has stopped");
  };
  return { begun, stopped, impl: { work } };
}

interface Hops extends AsyncDisposable {
  readonly front: FrontService;
  readonly workUrl: string;
  readonly far: FarSide;
  readonly lines: { message: string; traceparent?: string; requestId?: string; service: string }[];
}

async function twoHops(): Promise<Hops> {
  const lines: Hops["lines"] = [];
  const loggerOf = (name: string): Logger =>
    createLogger({
      name,
      destination: { write: (line) => lines.push(JSON.parse(line) as Hops["lines"][number]) },
    });
  const config = { host: "127.0.0.1", port: 0 };
  const start = async (app: App): Promise<App> => {
    await app.start();
    return app;
  };
  const farLogger = loggerOf("work-app");
  const far = farSide(farLogger);
  const workApp = await start(
    createApp({
      name: "work-app",
      config,
      logger: farLogger,
      bindings: [
        (binder) => binder.bind(WorkService).toValue(far.impl),
        bindHttp({ serve: [WorkService] }),
      ],
    }),
  );
  const frontApp = await start(
    createApp({
      name: "front-app",
      config,
      logger: loggerOf("front-app"),
      bindings: [
        bindRemote(WorkService, [], () => ({ url: workApp.get(HttpServer).url })),
        (binder) => binder.bind(FrontService).toClass(FrontServiceImpl),
        bindHttp({ serve: [FrontService] }),
      ],
    }),
  );
  const front = createClient(FrontService, { url: frontApp.get(HttpServer).url });
  return {
    front,
    workUrl: workApp.get(HttpServer).url,
    far,
    lines,
    async [Symbol.asyncDispose]() {
      await front[Symbol.asyncDispose]();
      await frontApp.stop();
      await workApp.stop();
    },
  };
}

async function errorOf(call: Promise<unknown>): Promise<ServiceError> {
  try {
    await call;
  } catch (error) {
    return error as ServiceError;
  }
  throw new Error("The call succeeded.");
}

test("a caller's cancellation stops the work two hops away, and all logs carry one trace", async () => {
  await using hops = await twoHops();
  const controller = new AbortController();
  const context = createContext({ requestId: "request-1", parent: null });
  const call = runWithContext(context, () =>
    errorOf(hops.front.start({ name: "long" }, { signal: controller.signal })),
  );
  await hops.far.begun;
  const cancelledAt = performance.now();
  controller.abort();
  expect((await call).code).toBe("cancelled");
  const took = (await hops.far.stopped) - cancelledAt;
  // It takes a few milliseconds; the bound is generous, as a busy machine is no fault.
  expect(took).toBeLessThan(5_000);
  await expect
    .poll(() => hops.lines.filter(({ message }) => message.endsWith(" 499")).length)
    .toBe(2);
  const inRequest = hops.lines.filter((line) => line.requestId !== undefined);
  expect(new Set(inRequest.map((line) => line.service))).toEqual(
    new Set(["front-app", "work-app"]),
  );
  expect(inRequest.map(({ message }) => message)).toEqual(
    expect.arrayContaining(["front is working", "work has begun", "work has stopped"]),
  );
  const traces = new Set(inRequest.map((line) => line.traceparent?.split("-")[1]));
  expect(traces).toEqual(new Set([context.traceparent?.split("-")[1]]));
  expect(new Set(inRequest.map((line) => line.requestId))).toEqual(new Set(["request-1"]));
});

test("a caller's deadline reaches the work two hops away, and stops it", async () => {
  await using hops = await twoHops();
  const error = await errorOf(hops.front.start({ name: "long" }, { timeout: 1_500 }));
  expect(error.code).toBe("deadline_exceeded");
  const left = await hops.far.begun;
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThanOrEqual(1_500);
  await hops.far.stopped;
});

test("a deadline stops the work, also where the caller keeps the connection", async () => {
  await using hops = await twoHops();
  const answer = await fetch(`${hops.workUrl}/work`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-request-timeout-ms": "1000" },
    body: '{"name":"long"}',
  });
  expect(answer.status).toBe(504);
  await answer.arrayBuffer();
  await hops.far.stopped;
});

test("a service that stops lets its calls finish, and closes its connections", async () => {
  let release: () => void = () => {};
  let begin: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const config = { host: "127.0.0.1", port: 0, logLevel: "fatal" };
  const server = createApp({
    name: "work-app",
    config,
    bindings: [
      (binder) =>
        binder.bind(WorkService).toValue({
          work: async () => {
            begin();
            await released;
          },
        }),
      bindHttp({ serve: [WorkService] }),
    ],
  });
  await server.start();
  const { url } = server.get(HttpServer);
  const caller = createApp({
    name: "caller",
    config,
    bindings: [bindRemote(WorkService, { url })],
  });
  await caller.start();
  const work = caller.get(WorkService);
  const call = work.work({ name: "long" });
  await begun;
  const stopped = caller.stop();
  release();
  expect(await call).toBeUndefined();
  await stopped;
  const error = await errorOf(work.work({ name: "late" }));
  expect([error.code, error.message]).toEqual([
    "unavailable",
    "The service work cannot be reached: the client is closed.",
  ]);
  await server.stop();
});
