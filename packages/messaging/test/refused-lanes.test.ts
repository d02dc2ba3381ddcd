import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RefusedLanes } from "../src/rabbitmq/refused-lanes.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function lanes(max = 100) {
  const sent: string[] = [];
  const abandoned = new Set<string>();
  const made = new RefusedLanes<string>(
    (item) => sent.push(item),
    (item) => abandoned.has(item),
    max,
  );
  return { made, sent, abandoned };
}

test("the pauses grow, and start again once something was accepted", () => {
  const { made, sent } = lanes();
  made.add("type", "a");
  const attempts: number[] = [];
  for (let second = 0; second < 60; second += 1) {
    const before = sent.length;
    vi.advanceTimersByTime(1_000);
    // Each attempt is refused again.
    for (; attempts.length < sent.length; attempts.push(second)) made.add("type", "a");
    expect(sent.length - before).toBeLessThanOrEqual(2);
  }
  // After 0.5, 1, 2, 4, 8 and then 10 s at most, and after half of it at least.
  expect(attempts.length).toBeGreaterThanOrEqual(8);
  expect(attempts.length).toBeLessThanOrEqual(15);
  vi.advanceTimersByTime(10_000);
  made.left("type", "a", true);
  made.add("type", "b");
  const count = sent.length;
  vi.advanceTimersByTime(500);
  expect(sent.slice(count)).toEqual(["b"]);
});

test("only the first of a lane is tried; the others follow it, or stay", () => {
  const { made, sent } = lanes();
  for (const item of ["a", "b", "c"]) made.add("type", item);
  made.add("other", "x");
  vi.advanceTimersByTime(500);
  expect(sent.toSorted()).toEqual(["a", "x"]);
  made.left("type", "a", true);
  expect(sent.at(-1)).toBe("b");
  made.add("type", "b");
  vi.advanceTimersByTime(100);
  expect(sent.filter((item) => item !== "x")).toEqual(["a", "b"]);
});

test("what was abandoned is not tried, and holds up nothing", () => {
  const { made, sent, abandoned } = lanes();
  for (const item of ["a", "b", "c"]) made.add("type", item);
  abandoned.add("a").add("b");
  vi.advanceTimersByTime(500);
  expect(sent).toEqual(["c"]);
  abandoned.add("c");
  made.left("type", "c", false);
  vi.advanceTimersByTime(60_000);
  expect(sent).toEqual(["c"]);
  expect(vi.getTimerCount()).toBe(0);
});

test("no more wait than may, and those that were abandoned make room", () => {
  const { made, abandoned } = lanes(2);
  expect(["a", "b", "c"].map((item) => made.add("type", item))).toEqual([true, true, false]);
  abandoned.add("a");
  expect(made.add("type", "c")).toBe(true);
  expect(made.clear()).toEqual(["b", "c"]);
  expect(vi.getTimerCount()).toBe(0);
});
