import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  createApp,
  Health,
  isServiceError,
  localCall,
  method,
  NotFoundError,
  Service,
  ServiceError,
  token,
  toServiceError,
} from "../src/index.ts";
import { describeThrown, readableError, serializeError } from "../src/errors/index.ts";
import { captured } from "./capture.ts";
import { partlyUnreadable, unreadable } from "./unreadable.ts";

abstract class Things extends Service("things", {
  get: method({ http: "GET /x", input: z.object({}), output: z.string() }),
}) {}

const kinds = Object.keys(unreadable);
const failureOf = async (run: () => unknown): Promise<unknown> => {
  try {
    await run();
  } catch (error) {
    return error;
  }
  throw new Error("It did not fail.");
};

describe.each(kinds)("thrown: %s:", (kind) => {
  const thrown = unreadable[kind]!;

  test("it can be read and described", () => {
    expect(() => isServiceError(thrown())).not.toThrow();
    expect(() => thrown() instanceof ServiceError).not.toThrow();
    expect(() => thrown() instanceof NotFoundError).not.toThrow();
    expect(typeof describeThrown(thrown())).toBe("string");
    expect(typeof readableError(thrown()).message).toBe("string");
    expect(serializeError(toServiceError(thrown()))).toEqual({
      code: kind.includes("abort") ? "cancelled" : "internal",
      message: expect.any(String) as string,
    });
  });

  test("callers in process get a service error", async () => {
    for (const get of [
      async () => Promise.reject(thrown()),
      () => {
        throw thrown();
      },
    ]) {
      const error = await failureOf(() => localCall(Things, { get }).get({}));
      expect(error).toBeInstanceOf(ServiceError);
      expect(error).toMatchObject({ code: kind.includes("abort") ? "cancelled" : "internal" });
    }
  });

  test("a health check that throws it is down", async () => {
    const { logger, lines } = captured();
    const health = new Health({ state: () => "running", logger: () => logger });
    health.register("database", () => {
      throw thrown();
    });
    const report = await health.readiness();
    expect(report.status).toBe("not_ready");
    expect(report.checks["database"]).toMatchObject({ status: "down" });
    expect(lines()).toMatchObject([{ level: "warn", message: "Health check database is down." }]);
  });

  test("if hooks throw it, the others are closed nevertheless", async () => {
    const { logger, lines } = captured();
    const closed: string[] = [];
    const app = createApp({
      name: "things",
      logger,
      bindings: [
        (binder) => {
          for (const name of ["first", "second"]) {
            binder.bind(token<object>(name)).toResource([], {
              create: () => ({}),
              drain: () => {
                throw thrown();
              },
              close: () => {
                closed.push(name);
                throw thrown();
              },
            });
          }
        },
      ],
    });
    await app.start();
    const error = await failureOf(() => app.stop());
    expect(error).toBeInstanceOf(AggregateError);
    expect(closed).toEqual(["second", "first"]);
    expect(lines().filter(({ level }) => level === "error")).toHaveLength(4);
  });

  test("a logger writes a line about it", () => {
    const { logger, lines } = captured();
    logger.error("It failed.", { error: thrown() });
    logger.error("It failed.", thrown() as never);
    logger.error(thrown() as never);
    expect(lines()).toHaveLength(3);
  });
});

test.each(Object.entries(partlyUnreadable))("of %s code and message count", (_kind, thrown) => {
  const { code, message, ...rest } = serializeError(toServiceError(thrown()));
  expect([code, message]).toEqual(["unavailable", "m"]);
  expect(() => JSON.stringify(rest)).not.toThrow();
  expect(rest).not.toHaveProperty("retryAfter");
});
