import { expect } from "vitest";
import { anItem, aShelf, storeItems } from "./items.ts";
import type { Suite } from "./suite.ts";

/** `count` is the number of records that `each` would give. */
export function describeCount(suite: Suite): void {
  const testQuery = suite.testWith("queries");

  testQuery("counts a partition", async () => {
    const items = suite.items();
    const [shelf, other] = [aShelf(), aShelf()];
    await storeItems(items, [anItem({ shelf }), anItem({ shelf }), anItem({ shelf: other })]);
    await suite.eventually(async () => {
      expect(await items.count({ index: "byShelf", partition: shelf })).toBe(2);
      expect(await items.count({ index: "byShelf", partition: other })).toBe(1);
      expect(await items.count({ index: "byShelf", partition: aShelf() })).toBe(0);
    });
  });

  testQuery("counts a range", async () => {
    const items = suite.items();
    const shelf = aShelf();
    await storeItems(
      items,
      [1, 2, 2, 3, 4].map((rank) => anItem({ shelf, rank })),
    );
    const query = { index: "byRank", partition: shelf } as const;
    await suite.eventually(async () => {
      expect(await items.count({ ...query, from: 2, before: 4 })).toBe(3);
      expect(await items.count({ ...query, after: 4 })).toBe(0);
      expect(await items.count({ ...query, from: 3, to: 2 })).toBe(0);
    });
  });

  testQuery("follows deletes and changes", async () => {
    const items = suite.items();
    const shelf = aShelf();
    const [one, two, three] = [1, 2, 3].map((rank) => anItem({ shelf, rank }));
    await storeItems(items, [one!, two!, three!]);
    await items.delete(one!);
    await items.put({ itemId: two!.itemId });
    await suite.eventually(async () => {
      expect(await items.count({ index: "byRank", partition: shelf })).toBe(1);
    });
  });

  testQuery("counts more records than a page holds", async () => {
    const items = suite.items();
    const shelf = aShelf();
    await storeItems(
      items,
      Array.from({ length: 1203 }, (_, rank) => anItem({ shelf, rank })),
    );
    await suite.eventually(async () => {
      expect(await items.count({ index: "byRank", partition: shelf })).toBe(1203);
      expect(await items.count({ index: "byRank", partition: shelf, from: 3 })).toBe(1200);
    });
  });

  testQuery("refuses an index that a query refuses", async () => {
    const counting = suite.items().count({ index: "byNothing", partition: "a" } as never);
    await expect(counting).rejects.toMatchObject({ code: "invalid_argument" });
  });
}
