import { expect, test } from "vitest";
import { CursorSeal } from "../repository/cursor.ts";
import { encodeSort } from "../repository/index-entry.ts";
import { toIndexRange } from "../repository/index-range.ts";
import type { AnyQuery } from "../repository/query.ts";
import {
  anItem,
  aShelf,
  idsOf,
  type Item,
  ItemRepository,
  type Items,
  storeItems,
} from "./items.ts";
import { allOf } from "./pages.ts";
import type { Suite } from "./suite.ts";

type Order = "ascending" | "descending";

/** Pages follow each other without gap or repetition, even when records change in between. */
export function describeCursors(suite: Suite): void {
  const testQuery = suite.testWith("queries");

  async function shelfOf(items: Items, ranks: readonly number[]): Promise<[string, Item[]]> {
    const shelf = aShelf();
    const stored = ranks.map((rank, n) =>
      anItem({ itemId: `${shelf}_${String(n).padStart(4, "0")}`, shelf, rank }),
    );
    await storeItems(items, stored);
    await suite.eventually(async () => {
      expect(await items.count({ index: "byRank", partition: shelf })).toBe(ranks.length);
    });
    return [shelf, stored];
  }

  async function allPages(
    items: Items,
    shelf: string,
    limit: number,
    order: Order,
  ): Promise<Item[]> {
    const records: Item[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await items.query({ index: "byRank", partition: shelf, limit, order, cursor });
      expect(page.records.length).toBeLessThanOrEqual(limit);
      records.push(...page.records);
      ({ cursor } = page);
      pages += 1;
      expect(pages).toBeLessThan(100);
    } while (cursor !== undefined);
    return records;
  }

  for (const order of ["ascending", "descending"] as const) {
    for (const limit of [1, 2, 5, 6, 7, 12, 13, 100]) {
      testQuery(`pages of ${limit} cover 12 records once, ${order}`, async () => {
        const items = suite.items();
        const [shelf, stored] = await shelfOf(items, [-3, -2, -1, 0, 1, 1, 1, 1, 1, 2, 3, 4]);
        const expected = order === "ascending" ? stored : stored.toReversed();
        expect(await allPages(items, shelf, limit, order)).toEqual(expected);
      });
    }

    for (const deleted of ["before", "at", "behind"] as const) {
      testQuery(`a record deleted ${deleted} the end of a page, ${order}`, async () => {
        const items = suite.items();
        const [shelf, stored] = await shelfOf(items, [1, 2, 3, 4, 5, 6]);
        const ordered = order === "ascending" ? stored : stored.toReversed();
        const query = { index: "byRank", partition: shelf, order } as const;
        const first = await items.query({ ...query, limit: 3 });
        expect(first.records).toEqual(ordered.slice(0, 3));
        const index = { before: 1, at: 2, behind: 3 }[deleted];
        await items.delete(ordered[index] as Item);
        const rest = ordered.slice(3).filter((item) => item !== ordered[index]);
        await suite.eventually(async () => {
          const second = await items.query({ ...query, cursor: first.cursor });
          expect(second.records).toEqual(rest);
        });
      });
    }
  }

  testQuery("deleting all records of the first page leaves the second as it was", async () => {
    const items = suite.items();
    const [shelf, stored] = await shelfOf(items, [1, 1, 1, 1, 1, 1]);
    const query = { index: "byRank", partition: shelf } as const;
    const first = await items.query({ ...query, limit: 3 });
    for (const item of first.records) await items.delete(item);
    const second = await items.query({ ...query, cursor: first.cursor });
    expect(second.records).toEqual(stored.slice(3));
  });

  testQuery("records stored between two pages are seen only after the cursor", async () => {
    const items = suite.items();
    const [shelf, stored] = await shelfOf(items, [10, 20, 30, 40]);
    const query = { index: "byRank", partition: shelf } as const;
    const { cursor } = await items.query({ ...query, limit: 2 });
    const [before, behind] = [anItem({ shelf, rank: 15 }), anItem({ shelf, rank: 25 })];
    await storeItems(items, [before, behind]);
    await suite.eventually(async () => {
      const second = await items.query({ ...query, cursor });
      expect(second.records).toEqual([behind, ...stored.slice(2)]);
    });
  });

  testQuery("the limit may change from page to page", async () => {
    const items = suite.items();
    const [shelf, stored] = await shelfOf(items, [1, 2, 3, 4, 5, 6]);
    const query = { index: "byRank", partition: shelf } as const;
    const first = await items.query({ ...query, limit: 1 });
    const second = await items.query({ ...query, limit: 3, cursor: first.cursor });
    const third = await items.query({ ...query, cursor: second.cursor });
    const sizes = [first, second, third].map(({ records }) => records.length);
    expect(sizes).toEqual([1, 3, 2]);
    expect(idsOf(third.records)).toEqual(idsOf(stored.slice(4)));
  });

  testQuery("pages of a range end with the range", async () => {
    const items = suite.items();
    const [shelf, stored] = await shelfOf(items, [1, 2, 3, 4, 5, 6]);
    for (const order of ["ascending", "descending"] as const) {
      const query = { index: "byRank", partition: shelf, from: 2, before: 6, order } as const;
      const found = await allOf(items.each({ ...query, pageSize: 2 }));
      const expected = stored.slice(1, 5);
      expect(found).toEqual(order === "ascending" ? expected : expected.toReversed());
    }
  });

  testQuery("a cursor works in another process with the same key", async () => {
    const items = suite.items({ cursorKey: "a" });
    const [shelf, stored] = await shelfOf(items, [1, 2, 3]);
    const query = { index: "byRank", partition: shelf } as const;
    const { cursor } = await items.query({ ...query, limit: 2 });
    const same = await suite.items({ cursorKey: "a" }).query({ ...query, cursor });
    expect(same.records).toEqual(stored.slice(2));
    const other = suite.items({ cursorKey: "b" }).query({ ...query, cursor });
    await expect(other).rejects.toMatchObject({ code: "invalid_argument" });
  });

  testQuery("a cursor with any character changed is refused", async () => {
    const items = suite.items();
    const [shelf] = await shelfOf(items, [1, 2, 3]);
    const query = { index: "byRank", partition: shelf, limit: 2 } as const;
    const { cursor = "" } = await items.query(query);
    expect(cursor).toMatch(/^[\w-]{50,}$/);
    const altered = Array.from(cursor, (character, n) => [
      cursor.slice(0, n) + (character === "A" ? "B" : "A") + cursor.slice(n + 1),
      cursor.slice(0, n) + (character === "_" ? "-" : "_") + cursor.slice(n + 1),
      cursor.slice(0, n) + cursor.slice(n + 1),
      `${cursor.slice(0, n)}.${cursor.slice(n)}`,
    ]).flat();
    for (const one of altered) {
      const querying = items.query({ ...query, cursor: one });
      await expect(querying).rejects.toMatchObject({ code: "invalid_argument" });
    }
  });

  testQuery("a cursor shows neither keys nor values", async () => {
    const items = suite.items();
    const shelf = aShelf();
    await storeItems(
      items,
      ["a", "b"].map((id) =>
        anItem({ itemId: `hidden-key-${id}`, shelf, label: `hidden-value-${id}` }),
      ),
    );
    await suite.eventually(async () => {
      const { cursor = "" } = await items.query({ index: "byLabel", partition: shelf, limit: 1 });
      expect(cursor).not.toBe("");
      expect(Buffer.from(cursor, "base64url").toString("latin1")).not.toMatch(/hidden|key|value/);
    });
  });

  testQuery("cursors are opened by all keys of a list, and sealed with the first", async () => {
    const [shelf, stored] = await shelfOf(suite.items(), [1, 2, 3]);
    const query = { index: "byRank", partition: shelf, limit: 2 } as const;
    const { cursor: old } = await suite.items({ cursorKey: "old" }).query(query);
    const { cursor } = await suite.items({ cursorKey: ["new", "old"] }).query(query);
    for (const [cursorKey, good] of [
      [["new", "old"], old],
      [{ reveal: () => ["newer", "new"] }, cursor],
      ["new", cursor],
    ] as const) {
      const page = await suite.items({ cursorKey }).query({ ...query, cursor: good });
      expect(page.records).toEqual(stored.slice(2));
    }
    for (const [cursorKey, bad] of [
      ["new", old],
      ["old", cursor],
    ] as const) {
      const querying = suite.items({ cursorKey }).query({ ...query, cursor: bad });
      await expect(querying).rejects.toMatchObject({ code: "invalid_argument" });
    }
  });

  // Positions that only an owner of the key can make: a page never begins outside of its query.
  for (const order of ["ascending", "descending"] as const) {
    testQuery(`a position outside of the range is refused, ${order}`, async () => {
      const items = suite.items({ cursorKey: "a" });
      const [shelf] = await shelfOf(items, [1, 2, 3, 4, 5, 6]);
      const seal = new CursorSeal("a");
      const ends = [{ from: 3, to: 4 }, { after: 2, before: 5 }, { from: 3 }, { to: 4 }];
      for (const [n, end] of ends.entries()) {
        const query = { index: "byRank", partition: shelf, order, ...end } as const;
        const range = toIndexRange(
          ItemRepository.definition,
          query as object as AnyQuery,
          "a test",
        );
        const scope = { collection: suite.itemCollectionName, range, order };
        const places = [1, 1.5, 5, 6].map((rank) => `${encodeSort(rank)}${shelf}`);
        const [first = "", low = "", high = "", last = ""] = places;
        const outside = [
          [first, low, high, last],
          [first, low, high, last],
          [first, low],
          [high, last],
        ][n];
        for (const position of [...(outside ?? []), "", "b", "t"]) {
          const forged = { ...query, cursor: seal.seal(position, scope) };
          await expect(items.query(forged)).rejects.toMatchObject({ code: "invalid_argument" });
          expect(idsOf(await allOf(items.each(forged as never)))).toEqual(
            idsOf(await allOf(items.each(query))),
          );
        }
      }
    });

    testQuery(`a position outside of a prefix is refused, ${order}`, async () => {
      const items = suite.items({ cursorKey: "a" });
      const shelf = aShelf();
      const query = { index: "byLabel", partition: shelf, prefix: "zulu/", order } as const;
      const range = toIndexRange(ItemRepository.definition, query as object as AnyQuery, "a test");
      const scope = { collection: suite.itemCollectionName, range, order };
      for (const position of ["s", encodeSort("acme/1"), encodeSort("zulu"), encodeSort("zulv")]) {
        const cursor = new CursorSeal("a").seal(position, scope);
        await expect(items.query({ ...query, cursor })).rejects.toMatchObject({
          code: "invalid_argument",
        });
      }
    });
  }

  test.each([null, 0, 1, true, {}, [], Symbol("cursor")])("%s is no cursor", async (cursor) => {
    const query = { index: "byShelf", partition: "a", cursor: cursor as never } as const;
    await expect(suite.items().query(query)).rejects.toMatchObject({ code: "invalid_argument" });
  });

  test.each([undefined, null, "byShelf", {}, { index: null }, { index: Symbol("index") }])(
    "%s is no query",
    async (query) => {
      const items = suite.items();
      const code = { code: "invalid_argument" };
      await expect(items.query(query as never)).rejects.toMatchObject(code);
      await expect(items.count(query as never)).rejects.toMatchObject(code);
      await expect(allOf(items.each(query as never))).rejects.toMatchObject(code);
    },
  );

  test.each(["", "a", "=", "null", "x".repeat(5000), "😀", "AAAA".repeat(20)])(
    "%j is no cursor",
    async (cursor) => {
      const querying = suite.items().query({ index: "byShelf", partition: "a", cursor });
      await expect(querying).rejects.toMatchObject({
        code: "invalid_argument",
        message: expect.stringContaining("cursor"),
      });
    },
  );

  // What a cursor was made under, and what it is used with.
  const others: Readonly<Record<string, [object, (shelf: string) => object]>> = {
    "another partition": [{}, () => ({ index: "byRank", partition: aShelf() })],
    "another index": [{}, (shelf) => ({ index: "byShelf", partition: shelf })],
    "another direction": [{}, () => ({ order: "descending" })],
    "a lower bound": [{}, () => ({ from: 0 })],
    "an upper bound": [{}, () => ({ to: 9 })],
    "another lower bound": [{ from: 1 }, () => ({ from: 0 })],
    "another upper bound": [{ to: 5 }, () => ({ to: 9 })],
    "a narrower upper bound": [{ to: 9 }, () => ({ to: 5 })],
    "an exclusive upper bound": [{ to: 5 }, () => ({ before: 5 })],
    "an exclusive lower bound": [{ from: 0 }, () => ({ after: 0 })],
    "no upper bound": [{ from: 1, to: 5 }, () => ({ from: 1, to: undefined })],
  };
  for (const [name, [made, other]] of Object.entries(others)) {
    testQuery(`a cursor is refused by a query with ${name}`, async () => {
      const items = suite.items();
      const [shelf] = await shelfOf(items, [1, 2, 3]);
      const query = { index: "byRank", partition: shelf, ...made } as const;
      const { cursor } = await items.query({ ...query, limit: 1 });
      expect(cursor).toBeDefined();
      const querying = items.query({ ...query, ...other(shelf), cursor });
      await expect(querying).rejects.toMatchObject({ code: "invalid_argument" });
      const { records } = await items.query({ ...query, cursor });
      expect(records.map(({ rank }) => rank)).toEqual([2, 3]);
    });
  }

  testQuery("a cursor is refused by the same query of another collection", async () => {
    const [shelf] = await shelfOf(suite.items(), [1, 2, 3]);
    const query = { index: "byRank", partition: shelf } as const;
    const { cursor } = await suite.items().query({ ...query, limit: 1 });
    const other = new ItemRepository(suite.database(), { collection: suite.freshName() });
    const querying = other.query({ ...query, cursor });
    await expect(querying).rejects.toMatchObject({ code: "invalid_argument" });
  });

  testQuery("each yields all records, and stops when the loop is left", async () => {
    const items = suite.items();
    const [shelf, stored] = await shelfOf(items, [1, 2, 3, 4, 5, 6, 7]);
    const query = { index: "byRank", partition: shelf, pageSize: 2 } as const;
    expect(await allOf(items.each(query))).toEqual(stored);
    const some: Item[] = [];
    for await (const item of items.each(query)) {
      some.push(item);
      if (some.length === 3) break;
    }
    expect(some).toEqual(stored.slice(0, 3));
  });

  testQuery("each can be called again", async () => {
    const items = suite.items();
    const [shelf, stored] = await shelfOf(items, [1, 2, 3]);
    for (let round = 0; round < 2; round += 1) {
      expect(await allOf(items.each({ index: "byRank", partition: shelf }))).toEqual(stored);
    }
  });

  testQuery("a record deleted between two pages of each does not disturb it", async () => {
    const items = suite.items();
    const [shelf, stored] = await shelfOf(items, [1, 2, 3, 4, 5, 6]);
    const found: Item[] = [];
    for await (const item of items.each({ index: "byRank", partition: shelf, pageSize: 2 })) {
      expect(found.push(item)).toBeLessThanOrEqual(stored.length);
      await items.delete(item);
    }
    expect(found).toEqual(stored);
  });
}
