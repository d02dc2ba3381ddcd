import { inspect } from "node:util";
import { beforeAll, expect, test } from "vitest";
import type { SortRange } from "../repository/query.ts";
import { anItem, aShelf, type Item, storeItems } from "./items.ts";
import { maxStart, type Suite } from "./suite.ts";

const ranks: readonly number[] = [-10, -2.5, -1, 0, 1, 1, 2, 10];
const labels: readonly string[] = [
  "",
  "%",
  "%a",
  "*",
  "A",
  "Apple",
  "_x",
  "a",
  "a\u0001",
  "a\u0001b",
  "app",
  "apple",
  "apple%",
  "apples",
  "b",
  "\ud7ff",
  "\ud7ff\u{10ffff}",
  "\ue000",
  "\uffff",
  "😀",
  "😀!",
  "\u{10ffff}",
  "\u{10ffff}a",
  "\u{10ffff}\u{10ffff}",
  "\u{10ffff}\u{10ffff}a",
];

const numericRanges: readonly SortRange<number>[] = [
  {},
  { from: 1 },
  { after: 1 },
  { to: 1 },
  { before: 1 },
  { from: -1, to: 2 },
  { after: -1, before: 2 },
  { from: -2.5, before: 0 },
  { after: -100, to: -2 },
  { from: 1, to: 1 },
  { after: 1, before: 1 },
  { from: 2, to: 1 },
  { from: 11 },
  { before: -10 },
  { from: -0, to: 0 },
  { from: 0, to: -0 },
  { from: -0 },
  { to: -0 },
  { after: -0 },
  { before: -0 },
];

const textRanges: readonly SortRange<string>[] = [
  { from: "a" },
  { after: "a" },
  { to: "a" },
  { before: "a" },
  { from: "a", to: "apple" },
  { after: "a", before: "apple" },
  { from: "", to: "" },
  { after: "" },
  { from: "apple", to: "app" },
  { before: "\u0001" },
  { after: "😀" },
  { after: "\ud7ff", before: "\u{10ffff}" },
  { from: "\uffff", to: "😀" },
  { after: "\ue000", to: "😀" },
];

const prefixes: readonly string[] = [
  "",
  "a",
  "app",
  "apple",
  "apples",
  "A",
  "%",
  "_",
  "*",
  "a\u0001",
  "\ud7ff",
  "😀",
  "\u{10ffff}",
  "\u{10ffff}\u{10ffff}",
  "\u{10ffff}\u{10ffff}\u{10ffff}",
  "none",
];

/** What a range means, in terms of a plain comparison. */
function matches<V>(value: V, compare: (one: V, other: V) => number, range: SortRange<V>): boolean {
  const { from, after, to, before } = range;
  return (
    (from === undefined || compare(value, from) >= 0) &&
    (after === undefined || compare(value, after) > 0) &&
    (to === undefined || compare(value, to) <= 0) &&
    (before === undefined || compare(value, before) < 0)
  );
}

const byMagnitude = (one: number, other: number): number => one - other;
const byCodePoint = (one: string, other: string): number =>
  Buffer.compare(Buffer.from(one), Buffer.from(other));

/** Ranges with inclusive and exclusive ends, and prefixes of text. */
export function describeRanges(suite: Suite): void {
  const testQuery = suite.testWith("queries");
  const shelf = aShelf();

  beforeAll(async () => {
    const items = suite.items();
    await storeItems(items, [
      ...ranks.map((rank) => anItem({ shelf, rank, mixed: rank })),
      ...labels.map((label) => anItem({ shelf, label, mixed: label })),
    ]);
  }, maxStart);

  async function found(
    index: "byRank" | "byLabel" | "byMixed",
    range: object,
    field: "rank" | "label" | "mixed",
    expected: readonly unknown[],
  ): Promise<void> {
    await suite.eventually(async () => {
      const query = { index, partition: shelf, ...range } as never;
      const ascending = await suite.items().query(query);
      expect(ascending.records.map((item: Item) => item[field])).toEqual(expected);
      const backwards = await suite
        .items()
        .query({ ...(query as object), order: "descending" } as never);
      expect(backwards.records.map((item: Item) => item[field])).toEqual(expected.toReversed());
      expect(await suite.items().count(query)).toBe(expected.length);
    });
  }

  for (const range of numericRanges) {
    testQuery(`numbers: ${inspect(range)}`, async () => {
      const expected = ranks.filter((rank) => matches(rank, byMagnitude, range));
      await found("byRank", range, "rank", expected);
    });
  }

  for (const range of textRanges) {
    testQuery(`text: ${JSON.stringify(range)}`, async () => {
      const expected = labels.filter((label) => matches(label, byCodePoint, range));
      await found("byLabel", range, "label", expected);
    });
  }

  for (const prefix of prefixes) {
    testQuery(`text that begins with ${JSON.stringify(prefix)}`, async () => {
      const expected = labels.filter((label) => label.startsWith(prefix));
      await found("byLabel", { prefix }, "label", expected);
    });
  }

  testQuery("a bound finds values of its own kind alone", async () => {
    const numbers = ranks.filter((rank) => rank >= 0);
    await found("byMixed", { from: 0 }, "mixed", numbers);
    await found("byMixed", { before: "a" }, "mixed", labels.slice(0, labels.indexOf("a")));
  });

  test.each([
    ["prefix beside another bound", { index: "byLabel", prefix: "a", from: "a" }, /prefix/],
    ["two lower bounds", { index: "byLabel", from: "a", after: "b" }, /after/],
    ["two upper bounds", { index: "byLabel", to: "a", before: "b" }, /before/],
    ["bounds of different kinds", { index: "byMixed", from: 1, to: "b" }, /kinds/],
    ["a prefix that is no text", { index: "byMixed", prefix: 1 }, /prefix/],
    ["a bound of an index without order", { index: "byShelf", from: "a" }, /from/],
    ["a bound that is no value", { index: "byRank", from: Number.NaN }, /from/],
    ["a bound that is null", { index: "byRank", to: null }, /to/],
    ["half a surrogate pair", { index: "byLabel", from: "\udc00" }, /from/],
    ["a bound that is too long", { index: "byLabel", before: "x".repeat(1025) }, /before/],
  ])("refuses %s", async (_name, query, message) => {
    const querying = suite.items().query({ partition: shelf, ...query } as never);
    await expect(querying).rejects.toMatchObject({
      code: "invalid_argument",
      message: expect.stringMatching(message),
    });
  });
}
