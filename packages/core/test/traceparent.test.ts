import { describe, expect, test } from "vitest";
import { continueTrace, parseTraceparent } from "../src/transport.ts";

const trace = "0af7651916cd43dd8448eb211c80319c";
const header = `00-${trace}-b7ad6b7169203331-01`;

describe("traceparent", () => {
  test("continues under a new span id, with the trace and the recorded flag", () => {
    for (const flags of ["00", "01"]) {
      const next = continueTrace(`00-${trace}-b7ad6b7169203331-${flags}`);
      expect(next).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-${flags}$`));
      expect(next).not.toContain("b7ad6b7169203331");
    }
  });

  test.each([
    undefined,
    "",
    "rubbish",
    `00-${"0".repeat(32)}-b7ad6b7169203331-01`,
    `00-${trace}-${"0".repeat(16)}-01`,
    `ff-${trace}-b7ad6b7169203331-01`,
    `00-${trace}-b7ad6b7169203331-01-more`,
    `00-${trace.toUpperCase()}-b7ad6b7169203331-01`,
    `00-${trace}-b7ad6b7169203331`,
    `${header}\n${header}`,
    "0".repeat(10_000),
  ])("%j is invalid and starts a new trace", (value) => {
    expect(parseTraceparent(value)).toBeUndefined();
    const next = continueTrace(value);
    expect(parseTraceparent(next)).toBeDefined();
    expect(next).not.toContain(trace);
  });

  test("a later version is read by its first four fields", () => {
    expect(parseTraceparent(`01-${trace}-b7ad6b7169203331-03-more`)?.traceId).toBe(trace);
  });

  test("new ids do not repeat", () => {
    const made = Array.from({ length: 5_000 }, () => continueTrace());
    expect(new Set(made).size).toBe(5_000);
  });
});
