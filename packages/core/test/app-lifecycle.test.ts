import { expect, test } from "vitest";
import { LifecycleError, token } from "../src/index.ts";
import { chain, appOf, never } from "./chained-app.ts";

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

test("without debug lines the log still names what failed, what was closed and what hung", async () => {
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

test("after a failing drain or close all others run, and all failures are reported", async () => {
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

test("a hanging close is cut off, its signal is aborted, it is named, and the rest is closed", async () => {
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

test("draining as a whole has a limit, and everything is closed nevertheless", async () => {
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

test("a hanging start is cut off and named, and closed if it opens after all", async () => {
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

test("a configuration that never loads is cut off, too", async () => {
  const { app } = appOf([], { startTimeout: 20, config: never() });
  await expect(app.start()).rejects.toThrow(
    'The app "test" did not start within 20 ms: the configuration did not load.',
  );
});
