import { expect, test } from "vitest";
import { z } from "zod";
import { limits } from "../repository/limits.ts";
import { Repository } from "../repository/repository.ts";
import { alikeTexts, alikeToTheEnd } from "./alike.ts";
import { anItem, aShelf, idsOf, storeItems } from "./items.ts";
import type { Suite } from "./suite.ts";

const oddShelves: readonly string[] = [
  "",
  " ",
  "a/b",
  "%",
  "_",
  "'quoted' \"twice\"",
  "back\\slash",
  "😀 日本",
  "line\nbreak",
  "\u0001",
  "all",
  "n0000000000000000",
];

/** An index finds the records of a partition, all of them and nothing else. */
export function describeQueries(suite: Suite): void {
  const testQuery = suite.testWith("queries");

  testQuery("finds only the records of the partition", async () => {
    const items = suite.items();
    const [shelf, other] = [aShelf(), aShelf()];
    const wanted = [1, 2, 3].map((rank) => anItem({ shelf, rank }));
    await storeItems(items, [...wanted, anItem({ shelf: other, rank: 2 }), anItem({ rank: 2 })]);
    await suite.eventually(async () => {
      const page = await items.query({ index: "byRank", partition: shelf });
      expect(page.records).toEqual(wanted);
      expect(page.cursor).toBeUndefined();
    });
  });

  testQuery("finds nothing in a partition without records, and gives no cursor", async () => {
    const page = await suite.items().query({ index: "byShelf", partition: aShelf() });
    expect(page).toEqual({ entries: [], records: [] });
  });

  testQuery("compares partitions exactly", async () => {
    const items = suite.items();
    const shelf = aShelf();
    const shelves = [
      ...alikeTexts(shelf),
      shelf.toUpperCase(),
      ...alikeToTheEnd(shelf, limits.indexValueBytes),
    ];
    const stored = shelves.map((one) => anItem({ shelf: one }));
    await storeItems(items, stored);
    await suite.eventually(async () => {
      for (const [index, partition] of shelves.entries()) {
        const { records } = await items.query({ index: "byShelf", partition });
        expect(records).toEqual([stored[index]]);
        expect(await items.count({ index: "byShelf", partition })).toBe(1);
      }
    });
  });

  testQuery("returns whole records, with revisions that writes can demand", async () => {
    const items = suite.items();
    const item = anItem({ shelf: aShelf(), rank: 1.5, label: "", mixed: false });
    const entry = await items.create(item);
    await suite.eventually(async () => {
      const { entries } = await items.query({ index: "byRank", partition: item.shelf ?? "" });
      expect(entries).toEqual([entry]);
    });
    await items.replace({ ...item, rank: 2 }, { revision: entry.revision });
  });

  testQuery("takes any text as a partition", async () => {
    const items = suite.items();
    const stored = oddShelves.map((shelf) => anItem({ shelf }));
    await storeItems(items, stored);
    await suite.eventually(async () => {
      for (const [index, partition] of oddShelves.entries()) {
        const { records } = await items.query({ index: "byShelf", partition });
        expect(records).toContainEqual(stored[index]);
        expect(new Set(records.map(({ shelf }) => shelf))).toEqual(new Set([partition]));
      }
    });
  });

  testQuery("partitions of different types are different", async () => {
    const items = suite.items();
    const rank = Math.random();
    const values = [1, "1", true, "true", "b1", 0, false, "", -1, 1.5];
    const stored = values.map((mixed) => anItem({ mixed, rank }));
    await storeItems(items, stored);
    await suite.eventually(async () => {
      for (const [index, partition] of values.entries()) {
        const found = await items.query({ index: "ofMixed", partition, from: rank, to: rank });
        expect(found.records).toEqual([stored[index]]);
      }
      const zero = { index: "ofMixed", partition: -0, from: rank, to: rank } as const;
      expect((await items.query(zero)).records).toEqual([stored[values.indexOf(0)]]);
    });
  });

  testQuery("a changed record is found in its new partition", async () => {
    const items = suite.items();
    const [from, to] = [aShelf(), aShelf()];
    const item = anItem({ shelf: from, rank: 1 });
    await items.create(item);
    await items.update(item, (current) => ({ ...current, shelf: to }));
    await suite.eventually(async () => {
      expect((await items.query({ index: "byRank", partition: from })).records).toEqual([]);
      expect((await items.query({ index: "byRank", partition: to })).records).toEqual([
        { ...item, shelf: to },
      ]);
    });
  });

  testQuery("a changed record is found once, at its new place", async () => {
    const items = suite.items();
    const shelf = aShelf();
    const [one, two] = [anItem({ shelf, rank: 1 }), anItem({ shelf, rank: 2 })];
    await storeItems(items, [one, two]);
    await items.replace({ ...one, rank: 3 });
    await suite.eventually(async () => {
      const { records } = await items.query({ index: "byRank", partition: shelf });
      expect(idsOf(records)).toEqual(idsOf([two, one]));
    });
  });

  testQuery("a deleted record is no longer found", async () => {
    const items = suite.items();
    const shelf = aShelf();
    const [gone, kept] = [anItem({ shelf, rank: 1 }), anItem({ shelf, rank: 2 })];
    await storeItems(items, [gone, kept]);
    await items.delete(gone);
    await suite.eventually(async () => {
      const { records } = await items.query({ index: "byRank", partition: shelf });
      expect(records).toEqual([kept]);
    });
  });

  testQuery("a write that is refused changes no index", async () => {
    const items = suite.items();
    const [shelf, other] = [aShelf(), aShelf()];
    const item = anItem({ shelf });
    await items.create(item);
    const second = items.create({ ...item, shelf: other });
    await expect(second).rejects.toMatchObject({ code: "already_exists" });
    await suite.eventually(async () => {
      expect((await items.query({ index: "byShelf", partition: shelf })).records).toEqual([item]);
      expect((await items.query({ index: "byShelf", partition: other })).records).toEqual([]);
    });
  });

  testQuery("an index without a sort field is in the order of the keys", async () => {
    const items = suite.items();
    const shelf = aShelf();
    const stored = ["b", "a", "C", "é", "😀", "\ufffd"].map((key) =>
      anItem({ itemId: `${key}${shelf}`, shelf }),
    );
    await storeItems(items, stored);
    const expected = idsOf(stored).toSorted((one, other) =>
      Buffer.compare(Buffer.from(one), Buffer.from(other)),
    );
    await suite.eventually(async () => {
      const { records } = await items.query({ index: "byShelf", partition: shelf });
      expect(idsOf(records)).toEqual(expected);
    });
  });

  testQuery("an index without a partition field has all records in one order", async () => {
    const Event = Repository({
      name: "events",
      schema: z.object({ id: z.string(), at: z.string().optional() }),
      key: ["id"],
      indexes: { byTime: { sort: "at" }, byKey: {} },
    });
    const events = new Event(suite.database(), { collection: suite.freshName() });
    const stored = ["2024-02-01", "2023-12-31", "2024-01-15"].map((at, n) => ({ id: `e${n}`, at }));
    for (const event of [...stored, { id: "e9" }]) await events.create(event);
    await suite.eventually(async () => {
      const byTime = await events.query({ index: "byTime", from: "2024" });
      expect(byTime.records.map(({ id }) => id)).toEqual(["e2", "e0"]);
      const latest = await events.query({ index: "byTime", order: "descending", limit: 1 });
      expect(latest.records).toEqual([stored[0]]);
      const byKey = await events.query({ index: "byKey" });
      expect(byKey.records.map(({ id }) => id)).toEqual(["e0", "e1", "e2", "e9"]);
    });
  });

  testQuery("records with a composite key are found by index", async () => {
    const Part = Repository({
      name: "parts",
      schema: z.object({ a: z.string(), b: z.number(), kind: z.string() }),
      key: ["a", "b"],
      indexes: { byKind: { partition: "kind" } },
    });
    const parts = new Part(suite.database(), { collection: suite.freshName() });
    const stored = [
      { a: "x", b: 1, kind: "k" },
      { a: "x|", b: 2, kind: "k" },
    ];
    for (const part of stored) await parts.create(part);
    await suite.eventually(async () => {
      const { records } = await parts.query({ index: "byKind", partition: "k" });
      expect(records).toHaveLength(2);
      expect(records).toEqual(expect.arrayContaining(stored));
    });
  });

  testQuery("changing what a query returned does not change the store", async () => {
    const notes = suite.notes();
    const text = aShelf();
    await notes.create({ noteId: text, count: 1, text, value: { list: [1] } });
    await suite.eventually(async () => {
      const { records } = await notes.query({ index: "byText", partition: text });
      expect(records).toHaveLength(1);
      const value = records[0]?.value as { list: number[] };
      value.list.push(2);
    });
    const { records } = await notes.query({ index: "byText", partition: text });
    expect(records[0]?.value).toEqual({ list: [1] });
  });

  test.each([
    ["an index that is not declared", { index: "byNothing", partition: "a" }, /byNothing.*byShelf/],
    ["an index of the object itself", { index: "constructor", partition: "a" }, /constructor/],
    ["no partition where one is needed", { index: "byShelf" }, /partition/],
    ["a partition of another type", { index: "byShelf", partition: null }, /partition/],
    [
      "a partition that is too long",
      { index: "byShelf", partition: "x".repeat(1025) },
      /partition/,
    ],
    ["half a surrogate pair", { index: "byShelf", partition: "\ud800" }, /partition/],
    ["a limit of 0", { index: "byShelf", partition: "a", limit: 0 }, /limit/],
    ["a limit of 1001", { index: "byShelf", partition: "a", limit: 1001 }, /limit/],
    ["a limit that is no whole number", { index: "byShelf", partition: "a", limit: 1.5 }, /limit/],
    ["an unknown order", { index: "byShelf", partition: "a", order: "random" }, /order/],
  ])("refuses %s", async (_name, query, message) => {
    await expect(suite.items().query(query as never)).rejects.toMatchObject({
      code: "invalid_argument",
      message: expect.stringMatching(message),
    });
  });
}
