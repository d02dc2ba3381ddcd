import { spawnSync } from "node:child_process";
import { EventEmitter } from "node:events";
import { fileURLToPath } from "node:url";

import { describe, expect, test, vi } from "vitest";

import {
  bindContext,
  createContext,
  createLogger,
  type Logger,
  NotFoundError,
  parseLogLevel,
  runWithContext,
} from "../src/index.ts";
import { readableLine } from "../src/logger/readable-line.ts";
import { standardOutput } from "../src/logger/standard-output.ts";
import { captured } from "./capture.ts";

describe("a line", () => {
  test("is one JSON object with level, time, service, environment, fields and message", () => {
    const { logger, lines, text } = captured({ environment: "test" });
    const before = Date.now();
    logger.info("made", { thingId: "t", count: 2 });
    expect(lines()).toEqual([
      {
        level: "info",
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
        service: "things",
        environment: "test",
        thingId: "t",
        count: 2,
        message: "made",
      },
    ]);
    const time = Date.parse(String(lines()[0]?.["time"]));
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now());
    expect(text().endsWith("\n")).toBe(true);
  });

  test("carries the context in handlers, timers and event handlers, through children too", async () => {
    const { logger, lines } = captured();
    const context = createContext({ requestId: "r", principal: { id: "p" } });
    const emitter = new EventEmitter();
    const child = logger.child({ part: "store" });
    await runWithContext(context, async () => {
      logger.info("handler");
      child.info("child");
      logger.child({ late: true }).info("late child");
      emitter.on(
        "event",
        bindContext(() => logger.info("event")),
      );
      await new Promise<void>((resolve) => {
        setTimeout(() => {
          logger.info("timer");
          resolve();
        }, 1);
      });
    });
    emitter.emit("event");
    expect(lines().map((line) => line["message"])).toEqual([
      "handler",
      "child",
      "late child",
      "timer",
      "event",
    ]);
    for (const line of lines()) {
      expect(line).toMatchObject({
        requestId: "r",
        principalId: "p",
        traceparent: context.traceparent,
      });
    }
    expect(lines()[1]).toMatchObject({ part: "store" });
    logger.info("outside");
    expect(lines()[5]).not.toHaveProperty("requestId");
  });

  test("of one logger never shows the fields of another in the same request", () => {
    const { logger, lines } = captured();
    const [a, b] = [logger.child({ a: 1 }), logger.child({ b: 1 })];
    runWithContext(createContext(), () => {
      for (const each of [a, b, a, logger, b]) {
        each.info("x");
      }
    });
    expect(lines().map((line) => ["a", "b"].filter((key) => key in line).join(""))).toEqual([
      "a",
      "b",
      "a",
      "",
      "b",
    ]);
  });

  test("cannot be forged by fields or message", () => {
    const { logger, lines, text } = captured();
    logger.info('m\n{"level":"fatal"}', {
      level: "fatal",
      service: "other",
      message: "no",
      time: 1,
    });
    logger.child({ message: "no" }).info("%s %d", { msg: 1 });
    expect(text().match(/\n/g)).toHaveLength(2);
    expect(lines()[0]).toMatchObject({ level: "info", service: "things", level_: "fatal" });
    expect(lines()[0]).toMatchObject({ service_: "other", message_: "no", time_: 1 });
    expect(lines()[1]).toMatchObject({ message: "%s %d", msg: 1 });
  });
});

describe("errors", () => {
  test("show type, message, stack, code, details, internal details and causes", () => {
    const { logger, lines } = captured();
    const error = new NotFoundError("no such thing", {
      details: { thingId: "t" },
      internalDetails: { table: "things", password: "hidden" },
      cause: new TypeError("deep", { cause: "deeper" }),
    });
    logger.error("failed", { error });
    expect(lines()[0]?.["error"]).toEqual({
      type: "NotFoundError",
      message: "no such thing",
      stack: expect.stringContaining("logger.test.ts") as string,
      code: "not_found",
      details: { thingId: "t" },
      internalDetails: { table: "things", password: "[secret]" },
      cause: {
        type: "TypeError",
        message: "deep",
        stack: expect.any(String) as string,
        cause: "deeper",
      },
    });
  });

  test("name a subclass without its own name, and can be passed as the fields", () => {
    const { logger, lines } = captured();
    class StoreError extends Error {}
    logger.error("failed", new StoreError("m") as never);
    expect(lines()[0]?.["error"]).toMatchObject({ type: "StoreError", message: "m" });
  });
});

describe("odd values", () => {
  test("get a readable form and do not break the line", () => {
    const { logger, lines } = captured();
    const cycle: Record<string, unknown> = {};
    cycle["self"] = cycle;
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    logger.info("odd", {
      cycle,
      proxy,
      big: 12n ** 30n,
      nan: Number.NaN,
      date: new Date(0),
      badDate: new Date(Number.NaN),
      symbol: Symbol("s"),
      fn: parseLogLevel,
      regexp: /a/g,
      absent: undefined,
      map: new Map<unknown, unknown>([[{ a: 1 }, new Set([1])]]),
      bytes: Buffer.from("hello"),
      promise: Promise.resolve(1),
      secretLike: { toJSON: () => "[secret]" },
      badJson: {
        toJSON: () => {
          throw new Error("no");
        },
      },
      get thrower(): string {
        throw new Error("no");
      },
    });
    expect(lines()[0]).toMatchObject({
      cycle: { self: "[circular]" },
      proxy: "[unreadable]",
      big: String(12n ** 30n),
      nan: "NaN",
      date: "1970-01-01T00:00:00.000Z",
      badDate: "Invalid Date",
      symbol: "Symbol(s)",
      fn: "[Function parseLogLevel]",
      regexp: "/a/g",
      map: { '{"a":1}': [1] },
      bytes: "[Uint8Array of 5 bytes]",
      promise: "[Promise]",
      secretLike: "[secret]",
      badJson: "[unreadable]",
      thrower: "[unreadable]",
    });
    expect(lines()[0]).not.toHaveProperty("absent");
  });

  test("show a value that occurs twice, which is no cycle", () => {
    const { logger, lines } = captured();
    const shared = { a: 1 };
    logger.info("x", { left: shared, right: shared });
    expect(lines()[0]).toMatchObject({ left: { a: 1 }, right: { a: 1 } });
  });

  test("are cut if huge, with a note of what is missing", () => {
    const { logger, text, lines } = captured();
    const wide = Array.from({ length: 1_000_000 }, (_, index) => index);
    const manyKeys = Object.fromEntries(wide.slice(0, 5_000).map((index) => [`k${index}`, index]));
    const grow = (level: number): unknown =>
      level === 0 ? "x".repeat(1_000) : Array.from({ length: 10 }, () => grow(level - 1));
    logger.info("x".repeat(5_000_000), {
      wide,
      manyKeys,
      text: "y".repeat(5_000_000),
      tree: grow(5),
    });
    expect(text().length).toBeLessThan(400_000);
    expect(lines()[0]?.["wide"]).toHaveLength(101);
    expect(lines()[0]?.["wide"]).toContain("… 999900 more");
    expect(lines()[0]?.["manyKeys"]).toHaveProperty("…", "4900 more");
  });

  test("are not changed", () => {
    const { logger } = captured();
    const make = () => ({
      password: "x",
      level: 1,
      list: [{ token: "y" }],
      map: new Map([["secret", "z"]]),
    });
    const fields = make();
    logger.child(fields).info("m", fields);
    expect(fields).toEqual(make());
  });
});

describe("readable form", () => {
  test("shows time, level, message, fields and the stacks of errors and causes", () => {
    const { logger, text } = captured({ pretty: true, environment: "test" });
    logger.warn("slow answer", { took: 12, path: "/things/a", note: "two words" });
    logger.error("failed", { error: new Error("outer", { cause: new TypeError("inner") }) });
    const [first = "", ...rest] = text().split("\n");
    expect(first).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} WARN {2}slow answer took=12 path=\/things\/a note="two words"$/,
    );
    expect(rest.join("\n")).toMatch(/ERROR failed error=.*\n {4}Error: outer\n {4} +at /);
    expect(rest.join("\n")).toMatch(/caused by:\n {4}TypeError: inner\n/);
  });

  test("lets no control character through to the terminal", () => {
    const { logger, text } = captured({ pretty: true });
    logger.info("red\u001b[31m\u0007\r\u009b2J", { "key\u001b": "v\u001b[2J" });
    // oxlint-disable-next-line no-control-regex -- the test looks for them
    expect(text()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  const forged =
    "x\n12:00:00.000 INFO  admin logged in\r[12:00:00.000] INFO: forged \u202etxt\u2028\u0085";

  /** Writes a forged text at every place of an entry. */
  function forge(logger: Logger): void {
    logger.info(forged);
    logger.info("field", { [forged]: forged, deep: { [forged]: [forged] }, stack: forged });
    logger.child({ name: forged, [forged]: 1 }).info("child");
    logger.error("failed", { error: Object.assign(new Error(forged), { [forged]: forged }) });
  }

  function expectNothingForged(written: string, entries: number): void {
    const starts = written
      .split(/[\r\n\u2028\u2029\u0085]/)
      .filter((line) => /^\[?\d\d:/.test(line));
    expect(starts).toHaveLength(entries);
    expect(written).not.toMatch(
      // oxlint-disable-next-line no-control-regex -- the test looks for them
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/,
    );
    expect(written).toContain(String.raw`x\n12:00:00.000 INFO  admin logged in\r`);
  }

  test("has one entry for a call, even with hostile fields", () => {
    const { logger, text } = captured({ pretty: true });
    forge(logger);
    expectNothingForged(text(), 4);
  });

  test("has one entry for a call, even a hostile one, in the form of pino-pretty", () => {
    const written = vi.spyOn(standardOutput, "write").mockReturnValue();
    forge(createLogger({ name: "x", pretty: true }));
    expectNothingForged(written.mock.calls.map(([line]) => line).join(""), 4);
    written.mockRestore();
  });

  test("shows the stack of an error line by line", () => {
    const { logger, text } = captured({ pretty: true });
    logger.error("failed", { error: new Error("no") });
    expect(text()).toMatch(/\n {4}Error: no\n {8}at /);
  });

  test("is lost if the destination throws, and the caller goes on", () => {
    const told = vi.spyOn(standardOutput, "tell").mockReturnValue();
    const { logger } = captured({
      destination: {
        write: () => {
          throw new Error("full");
        },
      },
    });
    logger.info("one");
    logger.info("two");
    expect(told.mock.calls).toEqual([["to its destination (Error: full)"]]);
    told.mockRestore();
  });

  test("leaves text that is no JSON unchanged", () => {
    expect(readableLine("plain\n", true)).toBe("plain\n");
  });

  test("is not used if standard output is no terminal", () => {
    const index = fileURLToPath(new URL("../src/index.ts", import.meta.url));
    const script = `import { createLogger } from ${JSON.stringify(index)};
      createLogger({ name: "x" }).info("json");
      createLogger({ name: "x", pretty: true }).info("pretty \\x1b[2J \\u009b \\\\u001b \\r end", {
        password: "S3cretText",
        odd: "\\x1b]0;title",
      });
      process.exit(0);`;
    const { stdout } = spawnSync(
      process.execPath,
      ["--import", "tsx", "--conditions=@plinth/source", "--input-type=module", "--eval", script],
      { encoding: "utf8" },
    );
    const [json = "", ...pretty] = stdout.split("\n");
    expect(JSON.parse(json)).toMatchObject({ message: "json" });
    expect(pretty.join("\n")).toContain("pretty");
    expect(pretty.join("\n")).not.toMatch(/S3cretText|^\{/);
    // oxlint-disable-next-line no-control-regex -- the test looks for them
    expect(pretty.join("\n")).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    expect(pretty.join("\n")).toContain(String.raw`pretty \u001b[2J \u009b \u001b \r end`);
  });
});
