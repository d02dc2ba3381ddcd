import { Logger } from "@plinth/core";
import { expect, test } from "vitest";
import { fakeLogger, mockLogger } from "../src/index.ts";

test("keeps lines with their fields, those of children included", () => {
  const logger = fakeLogger();
  logger.info("started", { port: 3000 });
  logger.child({ thing: "lamp" }).child({ step: 1 }).warn("slow", { step: 2 });
  expect(logger.lines).toEqual([
    { level: "info", message: "started", fields: { port: 3000 } },
    { level: "warn", message: "slow", fields: { thing: "lamp", step: 2 } },
  ]);
  expect(logger.messages).toEqual(["started", "slow"]);
});

test("a level set at run time holds for children made before", () => {
  const logger = fakeLogger();
  const child = logger.child({});
  logger.level = "error";
  child.warn("dropped");
  child.error("kept");
  child.level = "warn";
  child.warn("kept too");
  expect(logger.messages).toEqual(["kept", "kept too"]);
  expect(logger.isEnabled("warn")).toBe(false);
  expect(child.isEnabled("warn")).toBe(true);
});

test("an error is kept as it was passed in", () => {
  const logger = fakeLogger();
  const error = new Error("broken");
  logger.error("It failed", { error });
  expect(logger.lines[0]?.fields["error"]).toBe(error);
});

test("a mock logger counts calls and is a Logger", () => {
  const logger = mockLogger();
  logger.child({ a: 1 }).info("hello", { b: 2 });
  expect(logger).toBeInstanceOf(Logger);
  expect(logger.info).toHaveBeenCalledExactlyOnceWith("hello", { b: 2 });
  expect(logger.isEnabled("debug")).toBe(true);
});
