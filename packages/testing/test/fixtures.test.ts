import { describe, expect } from "vitest";
import { test, type TestProcess } from "../src/index.ts";

describe("the environment", () => {
  test("is the test's own", ({ environment }) => {
    environment.set({ CLOUD: "aws" });
    expect(process.env["CLOUD"]).toBe("aws");
  });

  test("and is put back after it", () => {
    expect(process.env["CLOUD"]).toBeUndefined();
  });
});

describe("a process", () => {
  let left: TestProcess;

  test("that still runs", async ({ startProcess }) => {
    left = await startProcess(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    expect(left.pid).toBeGreaterThan(0);
  });

  test("is ended after its test", async () => {
    expect(await left.exit).toEqual({ code: null, signal: "SIGKILL" });
  });
});

describe("the logger", () => {
  const extended = test.extend("part", ({ logger }) => logger.child({ part: "lamps" }));

  extended("is shared with the fixtures that a service adds", ({ part, logger }) => {
    part.info("on");
    expect(logger.lines).toEqual([{ level: "info", message: "on", fields: { part: "lamps" } }]);
  });

  extended("and is new for every test", ({ logger }) => {
    expect(logger.lines).toEqual([]);
  });
});
