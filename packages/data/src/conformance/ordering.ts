import { expect } from "vitest";
import { z } from "zod";
import { Repository } from "../repository/repository.ts";
import { alikeTexts, alikeToTheEnd } from "./alike.ts";
import { anItem, aShelf, idsOf, type Item, storeItems } from "./items.ts";
import { allOf } from "./pages.ts";
import type { Suite } from "./suite.ts";

type Index = "byRank" | "byLabel" | "byMixed";

const numbers: readonly number[] = [
  -1e125,
  -1000.5,
  -2,
  -1.5,
  -1,
  -0.1,
  -1e-130,
  0,
  1e-130,
  0.1,
  0.2,
  0.30000000000000004,
  1,
  1.0000000000000002,
  2,
  9,
  10,
  99,
  100,
  2 ** 31,
  2 ** 53 - 1,
  2 ** 53,
  1e21,
  1.5e125,
];

// In order of code points. In UTF-16 the emoji comes before U+FFFD; in languages "É" comes beside "E".
const texts: readonly string[] = [
  "",
  "\u0001",
  "\u0001\u0001",
  "\u0001\u0002",
  "\u0001a",
  "\u0002",
  "\t",
  " ",
  "!",
  "10",
  "9",
  "A",
  "B",
  "Z",
  "a",
  "a\u0001",
  "a\u0001b",
  "a ",
  "a-b",
  "a_b",
  "aa",
  "ab",
  "b",
  "z",
  "~",
  "\u007f",
  "É",
  "é",
  "日",
  "\ud7ff",
  "\ue000",
  "\ufffd",
  "\uffff",
  "😀",
  "\u{10ffff}",
];

/** Records come in the order of their values; equal values in the order of their keys. */
export function describeOrdering(suite: Suite): void {
  const testQuery = suite.testWith("queries");

  /** Stores the records in another order, and expects the given order and its reverse. */
  async function expectOrder(index: Index, shelf: string, ordered: readonly Item[]): Promise<void> {
    const items = suite.items();
    const shuffled = ordered.map((_item, n) => ordered[(n * 7 + 3) % ordered.length] as Item);
    await storeItems(items, ordered.length % 7 === 0 ? ordered.toReversed() : shuffled);
    await suite.eventually(async () => {
      const ascending = await items.query({ index, partition: shelf, limit: 1000 });
      expect(idsOf(ascending.records)).toEqual(idsOf(ordered));
      const descending = await items.query({
        index,
        partition: shelf,
        limit: 1000,
        order: "descending",
      });
      expect(idsOf(descending.records)).toEqual(idsOf(ordered.toReversed()));
    });
  }

  testQuery("numbers by magnitude: negative ones, fractions and extremes", async () => {
    const shelf = aShelf();
    await expectOrder(
      "byRank",
      shelf,
      numbers.map((rank) => anItem({ shelf, rank })),
    );
  });

  testQuery("text by code point", async () => {
    const shelf = aShelf();
    await expectOrder(
      "byLabel",
      shelf,
      texts.map((label) => anItem({ shelf, label })),
    );
  });

  testQuery("similar text by its bytes", async () => {
    const shelf = aShelf();
    const labels = [...alikeTexts("k"), ...alikeToTheEnd("k", 900)].toSorted((one, other) =>
      Buffer.compare(Buffer.from(one), Buffer.from(other)),
    );
    // The keys are in another order than the labels.
    const items = labels.map((label, n) =>
      anItem({ itemId: `${String(99 - n)}${shelf}`, shelf, label }),
    );
    await expectOrder("byLabel", shelf, items);
    await suite.eventually(async () => {
      const each = suite.items().each({ index: "byLabel", partition: shelf, pageSize: 5 });
      expect(idsOf(await allOf(each))).toEqual(idsOf(items));
      for (const [n, label] of labels.entries()) {
        const query = { index: "byLabel", partition: shelf, from: label, to: label } as const;
        expect(idsOf((await suite.items().query(query)).records)).toEqual([items[n]?.itemId]);
      }
    });
  });

  testQuery("equal numbers by key, in both directions", async () => {
    const shelf = aShelf();
    const items = ["B", "a", "b", "é", "\ufffd", "😀"].map((key) =>
      anItem({ itemId: `${key}${shelf}`, shelf, rank: 5 }),
    );
    await expectOrder("byRank", shelf, items);
  });

  testQuery("equal values by numeric keys, which are ordered by magnitude", async () => {
    const Numbered = Repository({
      name: "numbered",
      schema: z.object({
        group: z.string(),
        n: z.union([z.number(), z.string()]),
        at: z.number(),
        who: z.string(),
      }),
      key: ["group", "n", "at"],
      indexes: { byWho: { partition: "who" }, byGroup: { partition: "who", sort: "group" } },
    });
    const numbered = new Numbered(suite.database(), { collection: suite.freshName() });
    const keys: readonly (readonly [string, number | string, number])[] = [
      ["a", -10, 1],
      ["a", -2, 1],
      ["a", 1, -100],
      ["a", 1, 2],
      ["a", 1, 10],
      ["a", 2, 1],
      ["a", 10, 1],
      ["a", 100, 1],
      ["a", "#1", 1],
      ["a", "1", 2],
      ["a", "1", 10],
      ["a", "a]", 1],
      ["a", "a|", 1],
      ["a!", 1, 1],
      ["ab", 1, 1],
    ];
    const ordered = keys.map(([group, n, at]) => ({ group, n, at, who: "x" }));
    for (const record of ordered.toReversed()) await numbered.put(record);
    for (const index of ["byWho", "byGroup"] as const) {
      await suite.eventually(async () => {
        const query = { index, partition: "x", pageSize: 4 } as const;
        expect(await allOf(numbered.each(query))).toEqual(ordered);
        const backwards = await numbered.query({ index, partition: "x", order: "descending" });
        expect(backwards.records).toEqual(ordered.toReversed());
      });
    }
  });

  testQuery("equal text by key, in both directions", async () => {
    const shelf = aShelf();
    const items = ["1", "10", "2", "a", "ab"].map((key) =>
      anItem({ itemId: `${shelf}${key}`, shelf, label: "same" }),
    );
    await expectOrder("byLabel", shelf, items);
  });

  testQuery("zero and minus zero sort as equal", async () => {
    const shelf = aShelf();
    const items = [0, -0, 0].map((rank, n) => anItem({ itemId: `${shelf}${n}`, shelf, rank }));
    await expectOrder("byRank", shelf, items);
  });

  testQuery("text that continues another record's text comes after it", async () => {
    const shelf = aShelf();
    const items = [
      anItem({ itemId: `z${shelf}`, shelf, label: "a" }),
      anItem({ itemId: `a${shelf}`, shelf, label: "a!" }),
      anItem({ itemId: `a${shelf}2`, shelf, label: "ab" }),
    ];
    await expectOrder("byLabel", shelf, items);
  });

  testQuery("booleans, then numbers, then text", async () => {
    const shelf = aShelf();
    const values = [false, true, -1, 0, 1e100, "", "0", "false"];
    await expectOrder(
      "byMixed",
      shelf,
      values.map((mixed) => anItem({ shelf, mixed })),
    );
  });

  testQuery("300 records of random values", async () => {
    const shelf = aShelf();
    const items = Array.from({ length: 300 }, () =>
      anItem({ shelf, rank: Math.round((Math.random() - 0.5) * 100) / 4 }),
    );
    const ordered = items.toSorted(
      (one, other) => (one.rank ?? 0) - (other.rank ?? 0) || (one.itemId < other.itemId ? -1 : 1),
    );
    await expectOrder("byRank", shelf, ordered);
  });
}
