import { expect, test } from "vitest";
import { Health, LifecycleError, token } from "../src/index.ts";
import { chain, appOf, never } from "./chained-app.ts";

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

test("start and stop can be called again; a stopped app does not start again", async () => {
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

test("stop before start ends the app", async () => {
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

test("a configuration that fails before start is no unhandled rejection", async () => {
  const { app } = appOf([], { config: Promise.reject(new Error("TABLE_NAME is missing")) });
  await new Promise(setImmediate);
  await expect(app.start()).rejects.toThrow("TABLE_NAME is missing");
});

test("readiness fails as soon as draining begins, while requests can still be served", async () => {
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

test("start and stop add no signal handlers, and apps do not affect each other", async () => {
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
