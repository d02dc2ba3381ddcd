import { expect, test } from "vitest";
import { anItem, aShelf, idsOf, type Item, type Items, storeItems } from "./items.ts";
import type { Suite } from "./suite.ts";

type Order = "ascending" | "descending";

/** Pages follow each other without gap or repetition, whatever happens in between. */
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

  testQuery("all of a first page deleted leaves the second as it was", async () => {
    const items = suite.items();
    const [shelf, stored] = await shelfOf(items, [1, 1, 1, 1, 1, 1]);
    const query = { index: "byRank", partition: shelf } as const;
    const first = await items.query({ ...query, limit: 3 });
    for (const item of first.records) await items.delete(item);
    const second = await items.query({ ...query, cursor: first.cursor });
    expect(second.records).toEqual(stored.slice(3));
  });

  testQuery("records stored between two pages are seen behind the cursor alone", async () => {
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
      const found: Item[] = [];
      for await (const item of items.each({ ...query, pageSize: 2 })) found.push(item);
      const expected = stored.slice(1, 5);
      expect(found).toEqual(order === "ascending" ? expected : expected.toReversed());
    }
  });

  testQuery("a cursor is good in another process with the same key", async () => {
    const items = suite.items({ cursorKey: "a" });
    const [shelf, stored] = await shelfOf(items, [1, 2, 3]);
    const query = { index: "byRank", partition: shelf } as const;
    const { cursor } = await items.query({ ...query, limit: 2 });
    const same = await suite.items({ cursorKey: "a" }).query({ ...query, cursor });
    expect(same.records).toEqual(stored.slice(2));
    const other = suite.items({ cursorKey: "b" }).query({ ...query, cursor });
    await expect(other).rejects.toMatchObject({ code: "invalid_argument" });
  });

  testQuery("a cursor altered in any character is refused", async () => {
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

  const others: Readonly<Record<string, (shelf: string) => object>> = {
    "of another partition": () => ({ index: "byRank", partition: aShelf() }),
    "of another index": (shelf) => ({ index: "byShelf", partition: shelf }),
    "in another direction": (shelf) => ({
      index: "byRank",
      partition: shelf,
      order: "descending",
    }),
    "with a lower bound": (shelf) => ({ index: "byRank", partition: shelf, from: 0 }),
    "with an upper bound": (shelf) => ({ index: "byRank", partition: shelf, to: 9 }),
  };
  for (const [name, other] of Object.entries(others)) {
    testQuery(`a cursor is refused by a query ${name}`, async () => {
      const items = suite.items();
      const [shelf] = await shelfOf(items, [1, 2, 3]);
      const { cursor } = await items.query({ index: "byRank", partition: shelf, limit: 1 });
      const querying = items.query({ ...other(shelf), cursor } as never);
      await expect(querying).rejects.toMatchObject({ code: "invalid_argument" });
    });
  }

  testQuery("each goes through all, and stops when it is told to", async () => {
    const items = suite.items();
    const [shelf, stored] = await shelfOf(items, [1, 2, 3, 4, 5, 6, 7]);
    const query = { index: "byRank", partition: shelf, pageSize: 2 } as const;
    const all: Item[] = [];
    for await (const item of items.each(query)) all.push(item);
    expect(all).toEqual(stored);
    const some: Item[] = [];
    for await (const item of items.each(query)) {
      some.push(item);
      if (some.length === 3) break;
    }
    expect(some).toEqual(stored.slice(0, 3));
  });

  testQuery("each can be begun again", async () => {
    const items = suite.items();
    const [shelf, stored] = await shelfOf(items, [1, 2, 3]);
    for (let round = 0; round < 2; round += 1) {
      const found: Item[] = [];
      for await (const item of items.each({ index: "byRank", partition: shelf })) found.push(item);
      expect(found).toEqual(stored);
    }
  });

  testQuery("a deleted record between two pages of each disturbs nobody", async () => {
    const items = suite.items();
    const [shelf, stored] = await shelfOf(items, [1, 2, 3, 4, 5, 6]);
    const found: Item[] = [];
    for await (const item of items.each({ index: "byRank", partition: shelf, pageSize: 2 })) {
      found.push(item);
      await items.delete(item);
    }
    expect(found).toEqual(stored);
  });
}
