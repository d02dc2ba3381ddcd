import * as fc from "fast-check";
import { expect, onTestFinished, test, vi } from "vitest";
import { SortedList } from "../src/memory/sorted-list.ts";

const byValue = (one: number, other: number): number => one - other;

const step = fc.record({
  kind: fc.constantFrom("add", "add", "remove"),
  value: fc.integer({ min: 0, max: 60 }),
});
const phase = fc.array(step, { maxLength: 80 });

test("a list holds what a sorted array holds, from any bound, in both directions", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), phase, phase, (most, first, second) => {
      const list = new SortedList(byValue, most);
      const model = new Set<number>();
      // Most of what the first phase adds goes again, so that chunks shrink and join.
      const removals = first.map(({ value }) => ({ kind: "remove", value }));
      for (const { kind, value } of [...first, ...removals.slice(0, 60), ...second]) {
        if (kind === "add") {
          list.add(value);
          model.add(value);
        } else {
          list.remove(value);
          model.delete(value);
        }
        const sorted = [...model].toSorted(byValue);
        expect(list.isEmpty).toBe(sorted.length === 0);
        for (const bound of [-1, value, value + 1, 61]) {
          const isBefore = (item: number): boolean => item < bound;
          const behind = sorted.filter((item) => item >= bound);
          const before = sorted.filter(isBefore).toReversed();
          expect([...list.ascending(isBefore)]).toEqual(behind);
          expect([...list.descending(isBefore)]).toEqual(before);
        }
      }
    }),
    { numRuns: 150 },
  );
});

test("adding the same item again takes the place of the first", () => {
  const list = new SortedList<{ id: number; name: string }>((one, other) => one.id - other.id, 2);
  for (const id of [3, 1, 2]) list.add({ id, name: "old" });
  for (const id of [1, 3]) list.add({ id, name: "new" });
  expect([...list.ascending(() => false)].map(({ id, name }) => `${id} ${name}`)).toEqual([
    "1 new",
    "2 old",
    "3 new",
  ]);
});

/** Sees the length of the longest array of which something is moved. */
function watchMoves(): () => number {
  let longest = 0;
  const { splice } = Array.prototype;
  const spy = vi.spyOn(Array.prototype, "splice").mockImplementation(function (
    this: unknown[],
    ...values: Parameters<typeof splice>
  ) {
    longest = Math.max(longest, this.length);
    return splice.apply(this, values) as unknown[];
  });
  onTestFinished(() => spy.mockRestore());
  return () => longest;
}

test.each([
  ["upwards", (n: number) => n],
  ["downwards", (n: number) => -n],
  ["all over", (n: number) => (n * 7_919) % 20_000],
])("a write compares and moves a few of 20,000 items only: %s", (_name, place) => {
  let compared = 0;
  const list = new SortedList<number>((one, other) => {
    compared += 1;
    return one - other;
  });
  const costOf = (write: () => void): number => {
    compared = 0;
    write();
    return compared;
  };
  const longestMoved = watchMoves();
  const values = Array.from({ length: 20_000 }, (_value, n) => place(n));
  const mostExpensive = (writes: readonly (() => void)[]): number =>
    writes.reduce((most, write) => Math.max(most, costOf(write)), 0);
  expect(mostExpensive(values.map((value) => () => list.add(value)))).toBeLessThan(30);
  expect(mostExpensive(values.map((value) => () => list.remove(value)))).toBeLessThan(30);
  expect(list.isEmpty).toBe(true);
  // 512 items and, where two chunks are joined, a quarter of that.
  expect(longestMoved()).toBeLessThanOrEqual(640);
});
