import { describe, expect, expectTypeOf, test } from "vitest";

import {
  createContext,
  createLogger,
  Logger,
  parseLogLevel,
  runWithContext,
  type LogLevel,
} from "../src/index.ts";
import { captured } from "./capture.ts";

describe("levels", () => {
  test("below the level nothing is written, and no getter is read", () => {
    const { logger, lines } = captured({ level: "warn" });
    let read = false;
    logger.info("no", {
      get costly() {
        read = true;
        return 1;
      },
    });
    logger.warn("yes");
    expect(read).toBe(false);
    expect(lines().map((line) => line["message"])).toEqual(["yes"]);
    expect([logger.isEnabled("info"), logger.isEnabled("warn")]).toEqual([false, true]);
  });

  test("a change at run time applies to earlier children, also inside a request", () => {
    const { logger, lines } = captured();
    const child = logger.child({ a: 1 });
    const grandchild = child.child({ b: 1 });
    runWithContext(createContext(), () => {
      grandchild.debug("no");
      logger.level = "debug";
      grandchild.debug("yes");
      child.level = "error";
      grandchild.debug("no");
      logger.debug("yes");
    });
    expect(lines().map((line) => line["message"])).toEqual(["yes", "yes"]);
    expect(grandchild.level).toBe("error");
    logger.level = "silent";
    logger.fatal("no");
    expect(lines()).toHaveLength(2);
  });

  test("an unknown level is refused, and the levels are named", () => {
    const { logger } = captured();
    expect(() => parseLogLevel("loud")).toThrow(/trace, debug, info, warn, error, fatal, silent/);
    expect(() => {
      logger.level = "loud" as LogLevel;
    }).toThrow(/log level/);
    expect(() => createLogger({ name: "x", level: "loud" as LogLevel })).toThrow(/log level/);
    expect(logger.level).toBe("info");
    expectTypeOf(logger).toExtend<Logger>();
  });
});

describe("sampling", () => {
  test("every: the first of each n, with the number of lines left out; errors always", () => {
    const { logger, lines } = captured();
    const sampled = logger.child({ a: 1 }).sample({ every: 10 });
    for (let index = 0; index < 25; index += 1) {
      sampled.info("often", { index });
    }
    sampled.error("failed");
    expect(lines().map((line) => line["index"])).toEqual([0, 10, 20, undefined]);
    expect(lines()[1]).toMatchObject({ leftOut: 9, a: 1 });
    expect(lines()[0]).not.toHaveProperty("leftOut");
  });

  test("lines below the level are not counted", () => {
    const { logger, lines } = captured();
    const sampled = logger.sample({ every: 2 });
    sampled.debug("no");
    sampled.info("first");
    expect(lines()).toHaveLength(1);
  });

  test("share: all lines of a request are kept or left out together", () => {
    const { logger, lines } = captured();
    const sampled = logger.sample({ share: 0.25 });
    for (let index = 0; index < 2_000; index += 1) {
      runWithContext(createContext({ requestId: String(index) }), () => {
        sampled.info("a");
        sampled.child({ b: 1 }).info("b");
      });
    }
    const counts = new Map<unknown, number>();
    for (const line of lines()) {
      counts.set(line["requestId"], (counts.get(line["requestId"]) ?? 0) + 1);
    }
    expect([...counts.values()].every((count) => count === 2)).toBe(true);
    expect(counts.size).toBeGreaterThan(350);
    expect(counts.size).toBeLessThan(650);
  });

  test("perSecond limits the lines of one second", () => {
    const { logger, lines } = captured();
    const sampled = logger.sample({ perSecond: 3 });
    for (let index = 0; index < 50; index += 1) {
      sampled.info("often");
    }
    const seconds = new Set(lines().map((line) => String(line["time"]).slice(0, 19)));
    expect(lines().length).toBeLessThanOrEqual(3 * seconds.size);
    expect(lines().length).toBeGreaterThanOrEqual(3);
  });

  test.each([{ every: 0 }, { every: 1.5 }, { perSecond: -1 }, { share: 2 }, { share: Number.NaN }])(
    "%j is refused",
    (options) => {
      expect(() => captured().logger.sample(options)).toThrow(/must be/);
    },
  );
});
