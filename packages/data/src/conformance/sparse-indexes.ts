import { expect } from "vitest";
import { anItem, aShelf, idsOf, type Items } from "./items.ts";
import type { Suite } from "./suite.ts";

/** A record without one of an index's fields is not in it. */
export function describeSparseIndexes(suite: Suite): void {
  const testQuery = suite.testWith("queries");

  async function expectIn(
    items: Items,
    shelf: string,
    expected: { byShelf: readonly string[]; byRank: readonly string[] },
  ): Promise<void> {
    await suite.eventually(async () => {
      const byShelf = await items.query({ index: "byShelf", partition: shelf });
      const byRank = await items.query({ index: "byRank", partition: shelf });
      expect(idsOf(byShelf.records)).toEqual(expected.byShelf);
      expect(idsOf(byRank.records)).toEqual(expected.byRank);
    });
  }

  testQuery("a record without the sort field is in the other indexes alone", async () => {
    const items = suite.items();
    const shelf = aShelf();
    const item = anItem({ shelf });
    await items.create(item);
    await expectIn(items, shelf, { byShelf: [item.itemId], byRank: [] });
  });

  testQuery("a record without the partition field is in none of its indexes", async () => {
    const items = suite.items();
    const rank = Math.random();
    await items.create(anItem({ rank }));
    const item = anItem({ rank, mixed: `mixed ${rank}` });
    await items.create(item);
    await suite.eventually(async () => {
      const query = { index: "ofMixed", partition: `mixed ${rank}` } as const;
      expect((await items.query(query)).records).toEqual([item]);
    });
  });

  testQuery("a record enters an index with its field, and leaves with it", async () => {
    const items = suite.items();
    const shelf = aShelf();
    const item = anItem({ shelf });
    await items.create(item);
    await items.replace({ ...item, rank: 0 });
    await expectIn(items, shelf, { byShelf: [item.itemId], byRank: [item.itemId] });
    await items.put(item);
    await expectIn(items, shelf, { byShelf: [item.itemId], byRank: [] });
    await items.update(item, ({ itemId }) => ({ itemId, rank: 1 }));
    await expectIn(items, shelf, { byShelf: [], byRank: [] });
  });

  testQuery("a record comes back into an index after it was deleted", async () => {
    const items = suite.items();
    const shelf = aShelf();
    const item = anItem({ shelf, rank: 1 });
    await items.create(item);
    await items.delete(item);
    await expectIn(items, shelf, { byShelf: [], byRank: [] });
    await items.create(item);
    await expectIn(items, shelf, { byShelf: [item.itemId], byRank: [item.itemId] });
  });

  testQuery(
    "a record with the longest key that fits is found; a longer one is refused",
    async () => {
      const items = suite.items();
      const shelf = aShelf();
      // A number takes 17 bytes of the 1,024 that a place in an index has.
      const itemId = `${shelf}${"k".repeat(1024 - 17 - shelf.length)}`;
      await items.create({ itemId, shelf, rank: 1 });
      await expectIn(items, shelf, { byShelf: [itemId], byRank: [itemId] });
      const longer = items.create({ itemId: `${itemId}k`, shelf, rank: 1 });
      await expect(longer).rejects.toMatchObject({
        code: "invalid_argument",
        details: { errors: [expect.objectContaining({ path: "rank" })] },
      });
      await expect(items.get(`${itemId}k`)).resolves.toBeUndefined();
    },
  );

  testQuery("the longest partition that fits is found; a longer one is refused", async () => {
    const items = suite.items();
    const shelf = aShelf().padEnd(1024, "s");
    const item = anItem({ shelf });
    await items.create(item);
    await expectIn(items, shelf, { byShelf: [item.itemId], byRank: [] });
    const longer = items.create(anItem({ shelf: `${shelf}s` }));
    await expect(longer).rejects.toMatchObject({
      code: "invalid_argument",
      details: { errors: [expect.objectContaining({ path: "shelf" })] },
    });
  });
}
