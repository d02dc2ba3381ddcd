import {
  AppInfo,
  type Binder,
  Health,
  type HookOptions,
  method,
  Service,
  token,
} from "@plinth/core";
import { bindHttp } from "@plinth/http";
import { describe, expect } from "vitest";
import { z } from "zod";
import { mockOf, testApp, test } from "../src/index.ts";

const Lamp = z.object({ name: z.string() });
abstract class LampService extends Service("lamps", {
  getLamp: method({ http: "GET /lamps/:name", public: true, input: Lamp, output: Lamp }),
}) {}

const echo = () => mockOf(LampService, { getLamp: async ({ name }) => ({ name }) });
const config = { host: "127.0.0.1", port: 0 };

test("listens on a free port, with its real routes", async ({ testApp: start }) => {
  const { url } = await start({
    config,
    bindings: [
      (binder) => binder.bind(LampService).toValue(echo()),
      bindHttp({ serve: [LampService] }),
    ],
  });
  expect(await (await fetch(`${url}/lamps/desk`)).json()).toEqual({ name: "desk" });
  expect((await fetch(`${url}/ready`)).status).toBe(200);
});

test("parts can be replaced", async ({ testApp: start }) => {
  const { get } = await start({
    bindings: [(binder) => binder.bind(LampService).toValue(mockOf(LampService))],
    overrides: (binder) => binder.bind(LampService).toValue(echo()),
  });
  expect(await get(LampService).getLamp({ name: "desk" })).toEqual({ name: "desk" });
});

test("the app logs to the logger of the test", async ({ testApp: start, logger }) => {
  await start({ name: "lamps", bindings: [] });
  expect(logger.messages).toContain("lamps is running.");
});

describe("after the test", () => {
  const opened = token<string>("opened");
  const closed: string[] = [];
  const leave = (name: string) => ({
    bindings: [
      (binder: Binder) =>
        binder.bind(opened).toResource([], {
          create: () => name,
          close: (value: string, _options: HookOptions) => void closed.push(value),
        }),
    ],
  });

  test("apps are stopped,", async ({ testApp: start }) => {
    await start(leave("first"));
    await start(leave("second"));
    expect(closed).toEqual([]);
  });

  test("the last one first", () => {
    expect(closed).toEqual(["second", "first"]);
  });
});

test("without the fixture an app is stopped where its block ends", async () => {
  let app;
  {
    await using running = await testApp({ bindings: [] });
    app = running.app;
    expect(running.get(AppInfo).state).toBe("running");
    expect((await running.get(Health).readiness()).status).toBe("ready");
  }
  expect(app.state).toBe("stopped");
});

test("an app that does not start says why", async ({ testApp: start }) => {
  const broken = start({
    bindings: [
      (binder) =>
        binder.bind(token<string>("broken")).toResource([], {
          create: () => Promise.reject(new Error("no such disk")),
        }),
    ],
  });
  await expect(broken).rejects.toThrow("no such disk");
});
