import { expect, test } from "vitest";

import {
  createApp,
  createLogger,
  Health,
  LifecycleError,
  token,
  type App,
  type AppOptions,
  type Binding,
  type Logger,
  type Resource,
} from "../src/index.ts";

interface Captured {
  readonly logger: Logger;
  readonly lines: Record<string, unknown>[];
}

function capture(): Captured {
  const lines: Record<string, unknown>[] = [];
  const destination = {
    write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  };
  return { lines, logger: createLogger({ name: "test", destination, level: "debug" }) };
}

type Hooks = Partial<Resource<string, readonly string[]>>;

/** Resources r1 to r<count>, each depending on the one before, all writing down what happens. */
function chain(count: number, events: string[], hooks: Record<string, Hooks> = {}): Binding {
  const tokens = Array.from({ length: count }, (_, index) => token<string>(`r${index + 1}`));
  return (binder) => {
    // Bound last first: the order must come from the dependencies.
    for (const [index, own] of [...tokens.entries()].toReversed()) {
      const below = tokens[index - 1];
      const note = (hook: string) => (): void => void events.push(`${hook} ${own.name}`);
      binder.bind(own).toResource(below === undefined ? [] : [below], {
        create: () => {
          events.push(`create ${own.name}`);
          return own.name;
        },
        start: note("start"),
        drain: note("drain"),
        close: note("close"),
        ...hooks[own.name],
      });
    }
  };
}

function appOf(bindings: Binding[], options: Partial<AppOptions> = {}): Captured & { app: App } {
  const captured = capture();
  const app = createApp({ name: "test", bindings, logger: captured.logger, ...options });
  return { app, ...captured };
}

const never = (): Promise<never> => new Promise(() => undefined);

test("creates, then starts in order of dependency; drains, then closes in reverse", async () => {
  const events: string[] = [];
  const { app } = appOf([chain(3, events)]);
  expect(app.state).toBe("created");
  const starting = app.start();
  expect(app.state).toBe("starting");
  await starting;
  expect(app.state).toBe("running");
  const stopping = app.stop("test");
  expect(app.state).toBe("draining");
  await stopping;
  expect(app.state).toBe("stopped");
  expect(events).toEqual([
    "create r1",
    "create r2",
    "create r3",
    "start r1",
    "start r2",
    "start r3",
    "drain r3",
    "drain r2",
    "drain r1",
    "close r3",
    "close r2",
    "close r1",
  ]);
});

test("a start that fails at the fifth of eight closes four in reverse and rejects with the cause", async () => {
  const events: string[] = [];
  const cause = new Error("refused");
  const { app, lines } = appOf([
    chain(8, events, {
      r5: {
        create: () => {
          throw cause;
        },
      },
    }),
  ]);
  await expect(app.start()).rejects.toBe(cause);
  expect(events).toEqual([
    "create r1",
    "create r2",
    "create r3",
    "create r4",
    "close r4",
    "close r3",
    "close r2",
    "close r1",
  ]);
  expect(app.state).toBe("failed");
  expect(lines).toContainEqual(
    expect.objectContaining({ level: "error", message: "r5 failed to open.", resource: "r5" }),
  );
  for (const name of ["r4", "r3", "r2", "r1"]) {
    expect(lines).toContainEqual(
      expect.objectContaining({ message: `${name} is closed.`, resource: name }),
    );
  }
});

test("without debug lines the log still tells what failed, what was closed and what hung", async () => {
  const { app, lines, logger } = appOf(
    [
      chain(8, [], {
        r3: { close: never },
        r5: { create: () => Promise.reject(new Error("refused")) },
      }),
    ],
    { closeTimeout: 20 },
  );
  logger.level = "info";
  await expect(app.start()).rejects.toThrow("refused");
  expect(lines.map(({ message }) => message)).toEqual([
    "r5 failed to open.",
    "r4 is closed.",
    "r3 failed to close.",
    "r2 is closed.",
    "r1 is closed.",
  ]);
});

test.each(["startTimeout", "stopTimeout", "closeTimeout"])(
  "a %s that is no time is refused",
  (name) => {
    for (const value of [Number.NaN, -1, "5" as never]) {
      expect(() => appOf([], { [name]: value })).toThrow(
        `${name} of the app "test" must be a number`,
      );
    }
  },
);

test("a failing start hook closes everything, the failed one included", async () => {
  const events: string[] = [];
  const { app } = appOf([
    chain(3, events, {
      r2: {
        start: async () => {
          throw new Error("port taken");
        },
      },
    }),
  ]);
  await expect(app.start()).rejects.toThrow("port taken");
  expect(events.slice(3)).toEqual(["start r1", "close r3", "close r2", "close r1"]);
});

test("a failing constructor closes what was opened before it", async () => {
  const events: string[] = [];
  const broken = token<object>("broken");
  const { app } = appOf([
    chain(2, events),
    (binder) =>
      binder.bind(broken).toFactory([], () => {
        throw new Error("broken");
      }),
  ]);
  await expect(app.start()).rejects.toThrow("broken");
  expect(events.slice(2)).toEqual(["close r2", "close r1"]);
});

test("failing drains and closes skip nothing and are all reported", async () => {
  const events: string[] = [];
  const fail = (message: string) => (): never => {
    throw new Error(message);
  };
  const { app, lines } = appOf([
    chain(4, events, {
      r4: { drain: fail("cannot drain") },
      r3: { close: fail("cannot close") },
      r2: { close: () => Promise.reject(new Error("cannot close either")) },
    }),
  ]);
  await app.start();
  const error: unknown = await app.stop().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(AggregateError);
  expect((error as Error).message).toBe(
    'The app "test" stopped with errors: cannot drain cannot close cannot close either',
  );
  expect(events.slice(8)).toEqual(["drain r3", "drain r2", "drain r1", "close r4", "close r1"]);
  expect(app.state).toBe("stopped");
  expect(lines.filter(({ level }) => level === "error").map(({ message }) => message)).toEqual([
    "r4 failed to drain.",
    "r3 failed to close.",
    "r2 failed to close.",
  ]);
});

test("a hanging close is cut at its limit, told by its signal, named, and the rest is closed", async () => {
  const events: string[] = [];
  let told = false;
  const { app, lines } = appOf(
    [
      chain(3, events, {
        r2: {
          close: (_value, { signal }) => {
            signal.addEventListener("abort", () => {
              told = true;
            });
            return never();
          },
        },
      }),
    ],
    { closeTimeout: 20 },
  );
  await app.start();
  await expect(app.stop()).rejects.toThrow("r2 did not close within 20 ms and was left behind.");
  expect(events.slice(-2)).toEqual(["close r3", "close r1"]);
  expect(told).toBe(true);
  expect(lines).toContainEqual(
    expect.objectContaining({ level: "error", message: "r2 failed to close." }),
  );
});

test("draining is limited as a whole, and everything is closed nevertheless", async () => {
  const events: string[] = [];
  const { app } = appOf([chain(2, events, { r2: { drain: never }, r1: { drain: never } })], {
    stopTimeout: 20,
  });
  await app.start();
  const error: unknown = await app.stop().catch((reason: unknown) => reason);
  expect((error as AggregateError).errors.map(({ message }: Error) => message)).toEqual([
    "r2 did not drain within 20 ms and was left behind.",
    "r1 was not drained: the 20 ms for draining were over.",
  ]);
  expect(events.slice(-2)).toEqual(["close r2", "close r1"]);
});

test("a hanging start is cut at its limit, named, and closed if it opens after all", async () => {
  const events: string[] = [];
  let open: ((value: string) => void) | undefined;
  const { app } = appOf(
    [
      chain(2, events, {
        r2: {
          create: () =>
            new Promise<string>((resolve) => {
              open = resolve;
            }),
        },
      }),
    ],
    { startTimeout: 20 },
  );
  const error: unknown = await app.start().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(LifecycleError);
  expect((error as Error).message).toBe(
    'The app "test" did not start within 20 ms: r2 did not open.',
  );
  expect(events).toEqual(["create r1", "close r1"]);
  open?.("late");
  await new Promise(setImmediate);
  expect(events).toEqual(["create r1", "close r1", "close r2"]);
});

test("a configuration that never comes is cut as well", async () => {
  const { app } = appOf([], { startTimeout: 20, config: never() });
  await expect(app.start()).rejects.toThrow(
    'The app "test" did not start within 20 ms: the configuration did not load.',
  );
});

test("stop during start ends the start and closes what was opened", async () => {
  const events: string[] = [];
  let reached: (() => void) | undefined;
  const opening = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const { app } = appOf([
    chain(2, events, {
      r2: {
        create: () => {
          reached?.();
          return never();
        },
      },
    }),
  ]);
  const started = app.start();
  const failure = started.catch((reason: unknown) => reason);
  await opening;
  await app.stop();
  expect(await failure).toEqual(new LifecycleError('The app "test" was stopped while it started.'));
  expect(events).toEqual(["create r1", "close r1"]);
  expect(app.state).toBe("stopped");
});

test("start and stop may be called again; a stopped app does not start again", async () => {
  const events: string[] = [];
  const { app } = appOf([chain(1, events)]);
  expect(app.start()).toBe(app.start());
  await app.start();
  await app.start();
  expect(app.stop()).toBe(app.stop());
  await app.stop();
  expect(events).toEqual(["create r1", "start r1", "drain r1", "close r1"]);
  await expect(app.start()).rejects.toThrow('The app "test" is stopped and cannot start again');
});

test("stop before start is the end of it", async () => {
  const { app } = appOf([chain(1, [])]);
  await app.stop();
  expect(app.state).toBe("stopped");
  await expect(app.start()).rejects.toThrow("cannot start again");
});

test("a stop after a failed start has nothing left to do", async () => {
  const { app } = appOf([
    (binder) => binder.bind(token("x")).toFactory([token("missing")], () => 1),
  ]);
  await expect(app.start()).rejects.toThrow("missing is not bound.");
  await app.stop();
  expect(app.state).toBe("failed");
});

test("a configuration that fails before start is nobody's unhandled rejection", async () => {
  const { app } = appOf([], { config: Promise.reject(new Error("TABLE_NAME is missing")) });
  await new Promise(setImmediate);
  await expect(app.start()).rejects.toThrow("TABLE_NAME is missing");
});

test("readiness turns red as soon as draining begins, while requests may still be served", async () => {
  let seen: unknown;
  const served = token<string>("served");
  const { app } = appOf([
    (binder) =>
      binder.bind(served).toResource([Health], {
        create: () => "served",
        drain: async () => {
          seen = [await app.get(Health).readiness(), app.get(served)];
        },
      }),
  ]);
  await app.start();
  expect((await app.get(Health).readiness()).status).toBe("ready");
  await app.stop();
  expect(seen).toEqual([{ status: "not_ready", state: "draining", checks: {} }, "served"]);
});

test("start and stop touch no signal handlers, and apps do not disturb each other", async () => {
  const count = (): number =>
    process.listenerCount("SIGTERM") +
    process.listenerCount("SIGINT") +
    process.listenerCount("unhandledRejection") +
    process.listenerCount("uncaughtException");
  const before = count();
  const events: string[] = [];
  const binding = chain(1, events);
  const apps = [appOf([binding]).app, appOf([binding]).app];
  await Promise.all(apps.map((app) => app.start()));
  expect(count()).toBe(before);
  await apps[0]?.stop();
  expect(apps.map(({ state }) => state)).toEqual(["stopped", "running"]);
  await apps[1]?.stop();
});
