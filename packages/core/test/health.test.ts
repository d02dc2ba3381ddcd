import { expect, test, vi } from "vitest";

import { createApp, createLogger, Health, UnavailableError, type AppState } from "../src/index.ts";
import { captured } from "./capture.ts";

function healthIn(state: AppState): { health: Health; setState: (next: AppState) => void } {
  let current = state;
  return {
    health: new Health({ state: () => current }),
    setState: (next) => {
      current = next;
    },
  };
}

test("readiness fails at once in every state but running, without running a check", async () => {
  const states: AppState[] = ["created", "starting", "draining", "stopping", "stopped", "failed"];
  for (const state of states) {
    const { health } = healthIn(state);
    const check = vi.fn<() => void>();
    health.register("database", check);
    expect(await health.readiness()).toEqual({ status: "not_ready", state, checks: {} });
    expect(check).not.toHaveBeenCalled();
    expect(health.liveness()).toEqual({ status: "alive", state });
  }
});

test("a logger that throws does not change the report", async () => {
  const health = new Health({
    state: () => "running",
    logger: () => {
      throw new Error("No log.");
    },
  });
  health.register("database", () => Promise.reject(new UnavailableError("Away.")));
  expect(await health.readiness()).toMatchObject({ checks: { database: { status: "down" } } });
});

test("a report is JSON and names every check", async () => {
  const { health } = healthIn("running");
  health.register("database", async () => undefined);
  health.register("queue", () => {
    throw new UnavailableError("The queue is full.");
  });
  const report = await health.readiness();
  expect(report).toEqual(JSON.parse(JSON.stringify(report)));
  expect(report).toMatchObject({
    status: "not_ready",
    state: "running",
    checks: {
      database: { status: "up" },
      queue: { status: "down", error: { code: "unavailable", message: "The queue is full." } },
    },
  });
});

test("the report has a copy of what a check resolves with", async () => {
  const { health } = healthIn("running");
  const said = { pending: 3 };
  health.register("outbox", () => said);
  health.register("database", async () => undefined);
  const report = await health.readiness();
  said.pending = 4;
  expect(report.checks["outbox"]).toMatchObject({ status: "up", details: { pending: 3 } });
  expect(report.checks["database"]).not.toHaveProperty("details");
});

test("the report does not show an internal error", async () => {
  const { health } = healthIn("running");
  health.register("database", () => {
    throw new Error("password=hunter2 refused");
  });
  const report = await health.readiness();
  expect(report.checks["database"]?.error?.code).toBe("internal");
  expect(JSON.stringify(report)).not.toContain("hunter2");
});

test("checks run side by side", async () => {
  const { health } = healthIn("running");
  let begun = 0;
  let release: (() => void) | undefined;
  const allBegun = new Promise<void>((resolve) => {
    release = resolve;
  });
  for (const name of ["first", "second", "third"]) {
    health.register(name, async () => {
      begun += 1;
      if (begun === 3) release?.();
      // Each waits for the others: run one after the other, none would end.
      await allBegun;
    });
  }
  expect((await health.readiness()).status).toBe("ready");
});

test("a hanging check fails readiness, and its signal is aborted", async () => {
  const { health } = healthIn("running");
  let told: unknown;
  health.register(
    "database",
    ({ signal }) =>
      new Promise(() => {
        signal.addEventListener("abort", () => {
          told = signal.reason;
        });
      }),
    { timeout: 20 },
  );
  health.register("queue", () => undefined);
  expect(await health.readiness()).toMatchObject({
    status: "not_ready",
    checks: {
      database: {
        status: "down",
        error: { code: "deadline_exceeded", message: "No answer within 20 ms." },
      },
      queue: { status: "up" },
    },
  });
  expect(told).toBeInstanceOf(Error);
});

test("a result is cached, and a run in progress is shared", async () => {
  const { health } = healthIn("running");
  const kept = vi.fn<() => void>();
  const fresh = vi.fn<() => Promise<void>>(async () => undefined);
  health.register("kept", kept, { cache: 60_000 });
  health.register("fresh", fresh, { cache: 0 });
  await health.readiness();
  await health.readiness();
  expect([kept.mock.calls.length, fresh.mock.calls.length]).toEqual([1, 2]);
  await Promise.all([health.readiness(), health.readiness(), health.readiness()]);
  expect(fresh).toHaveBeenCalledTimes(3);
});

test("names are unique, and a check can be removed", async () => {
  const { health } = healthIn("running");
  const remove = health.register("database", () => {
    throw new Error("down");
  });
  expect(() => health.register("database", () => undefined)).toThrow(
    'There is a health check "database" already: give this one another name.',
  );
  expect((await health.readiness()).status).toBe("not_ready");
  remove();
  expect(await health.readiness()).toMatchObject({ status: "ready", checks: {} });
});

test("a change of state during the checks counts", async () => {
  const { health, setState } = healthIn("running");
  health.register("database", () => setState("draining"));
  expect(await health.readiness()).toMatchObject({ status: "not_ready", state: "draining" });
});

test("resources are checked by their health hook; changes are logged, repetitions are not", async () => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ name: "shop", destination, level: "warn" });
  class Database {
    up = true;
  }
  const app = createApp({
    name: "shop",
    logger,
    bindings: [
      (binder) =>
        binder.bind(Database).toResource([], {
          create: () => new Database(),
          health: (database) => {
            if (!database.up) throw new Error("gone");
          },
        }),
    ],
  });
  await app.start();
  const health = app.get(Health);
  expect(await health.readiness()).toMatchObject({
    status: "ready",
    checks: { Database: { status: "up" } },
  });
  app.get(Database).up = false;
  const begun = performance.now();
  const clock = vi.spyOn(performance, "now");
  // After the cache of any result has expired.
  clock.mockReturnValue(begun + 60_000);
  expect((await health.readiness()).status).toBe("not_ready");
  clock.mockReturnValue(begun + 120_000);
  expect((await health.readiness()).status).toBe("not_ready");
  clock.mockRestore();
  expect(lines.filter((line) => line.includes("Health check Database is down."))).toHaveLength(1);
  await app.stop();
  expect((await health.readiness()).state).toBe("stopped");
});

test("a check that rejects with undefined is down, and this is logged", async () => {
  const { logger, lines } = captured();
  const health = new Health({ state: () => "running", logger: () => logger });
  health.register("database", () => Promise.reject(undefined));
  expect((await health.readiness()).status).toBe("not_ready");
  expect(lines().map(({ message }) => message)).toEqual(["Health check database is down."]);
});

test.each([Number.NaN, -1])("a timeout of %s is refused when the check is registered", (time) => {
  const { health } = healthIn("running");
  for (const options of [{ timeout: time }, { cache: time }]) {
    expect(() => health.register("database", () => undefined, options)).toThrow(
      'of the health check "database" must be a number of milliseconds',
    );
  }
});
