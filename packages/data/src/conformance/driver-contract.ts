import { inspect } from "node:util";
import { expect, test } from "vitest";
import type { DriverCollection } from "../driver/driver-collection.ts";
import type { IndexQuery } from "../driver/index-query.ts";
import type { StoredRecord } from "../driver/stored-record.ts";
import { alikeTexts } from "./alike.ts";
import { aShelf } from "./items.ts";
import { scanAll } from "./pages.ts";
import { aRecord, setAll, withoutHint } from "./records.ts";
import type { Suite } from "./suite.ts";

/** The optional methods of the driver itself, which the repositories build on. */
export function describeDriverContract(suite: Suite): void {
  const testQuery = suite.testWith("queries");
  const testScan = suite.testWith("scan");
  const testTransaction = suite.testWith("transactions");

  /** All the sort strings of a query, page by page as the repository does it. */
  async function sortsOf(
    collection: DriverCollection,
    query: Omit<IndexQuery, "index">,
  ): Promise<string[]> {
    const sorts: string[] = [];
    let bounds: Partial<IndexQuery> = {};
    for (let page = 0; page < 100; page += 1) {
      const answer = await collection.query?.({ index: "byRank", ...query, ...bounds }, {});
      if (answer === undefined) throw new Error("There are no queries.");
      expect(answer.records.length).toBeLessThanOrEqual(query.limit);
      const found = answer.records.map(({ indexes }) => indexes["byRank"]?.sort ?? "");
      sorts.push(...found);
      if (!answer.more) return sorts;
      const position = answer.position ?? found.at(-1);
      if (position === undefined)
        throw new Error("A page says neither where it ends nor that it is all.");
      bounds =
        query.order === "ascending" ? { from: position, fromExclusive: true } : { to: position };
    }
    throw new Error("The pages do not end.");
  }

  testQuery("sort strings are in the order of their bytes", async () => {
    const collection = await suite.itemCollection();
    const shelf = aShelf();
    const sorts = ["", "\u0001", " ", "%", "A", "_", "a", "a\u0001", "aa", "é", "\uffff", "😀"].map(
      (sort) => `${sort}-`,
    );
    const ordered = sorts.toSorted((one, other) =>
      Buffer.compare(Buffer.from(one), Buffer.from(other)),
    );
    await setAll(
      collection,
      sorts.toReversed().map((sort) => aRecord(shelf, sort)),
    );
    for (const limit of [1, 5, 12, 1000]) {
      await suite.eventually(async () => {
        const query = { partition: shelf, limit };
        expect(await sortsOf(collection, { ...query, order: "ascending" })).toEqual(ordered);
        const backwards = await sortsOf(collection, { ...query, order: "descending" });
        expect(backwards).toEqual(ordered.toReversed());
      });
    }
  });

  testQuery("bounds are inclusive below and exclusive above by default", async () => {
    const collection = await suite.itemCollection();
    const shelf = aShelf();
    await setAll(
      collection,
      ["a", "b", "c", "d"].map((sort) => aRecord(shelf, sort)),
    );
    const cases: [Partial<IndexQuery>, string][] = [
      [{}, "abcd"],
      [{ from: "b" }, "bcd"],
      [{ from: "b", fromExclusive: true }, "cd"],
      [{ from: "bb" }, "cd"],
      [{ to: "c" }, "ab"],
      [{ from: "b", to: "d" }, "bc"],
      [{ from: "b", fromExclusive: true, to: "d" }, "c"],
      [{ from: "b", to: "c" }, "b"],
      [{ from: "x" }, ""],
    ];
    await suite.eventually(async () => {
      for (const [bounds, expected] of cases) {
        const query = { partition: shelf, limit: 10, ...bounds };
        const found = await sortsOf(collection, { ...query, order: "ascending" });
        expect(found.join("")).toBe(expected);
        const backwards = await sortsOf(collection, { ...query, order: "descending" });
        expect(backwards.toReversed().join("")).toBe(expected);
      }
    });
  });

  testQuery("count uses the same bounds, and the given present", async () => {
    const collection = await suite.itemCollection();
    if (collection.count === undefined) return;
    const shelf = aShelf();
    const expiresAt = 4_102_444_800_000;
    await setAll(collection, [
      aRecord(shelf, "a"),
      aRecord(shelf, "b", { expiresAt }),
      aRecord(shelf, "c"),
    ]);
    const count = async (more: object): Promise<number | undefined> =>
      collection.count?.({ index: "byRank", partition: shelf, now: 0, ...more }, {});
    await suite.eventually(async () => {
      expect(await count({})).toBe(3);
      expect(await count({ now: expiresAt - 1 })).toBe(3);
      expect(await count({ now: expiresAt })).toBe(2);
      expect(await count({ from: "b" })).toBe(2);
      expect(await count({ from: "b", fromExclusive: true })).toBe(1);
      expect(await count({ to: "b" })).toBe(1);
    });
  });

  testScan("a scan reads every record once, in pages of any size", async () => {
    const collection = await suite.freshCollection();
    const numbered = Array.from({ length: 23 }, (_, n) => ["/", "%", "😀", "a"][n % 4] + String(n));
    const keys = [...numbered, ...alikeTexts("k")];
    const records = keys.map((key) => aRecord("", "", { key, indexes: {} }));
    await setAll(collection, records);
    for (const limit of [1, 5, 23, 1000]) {
      const found = await scanAll(collection, limit);
      const byKey = (one: StoredRecord, other: StoredRecord) => (one.key < other.key ? -1 : 1);
      expect(found.map(withoutHint).toSorted(byKey)).toEqual(records.toSorted(byKey));
    }
  });

  testScan("a scan continues after records that were deleted in the meantime", async () => {
    const collection = await suite.freshCollection();
    const records = Array.from({ length: 12 }, () => aRecord("", "", { indexes: {} }));
    await setAll(collection, records);
    const found = await scanAll(collection, 3, async (page) => {
      for (const { key } of page) {
        await collection.write({ kind: "remove", key, condition: { kind: "none" } }, {});
      }
    });
    const keysOf = (all: readonly StoredRecord[]) => all.map(({ key }) => key).toSorted();
    expect(keysOf(found)).toEqual(keysOf(records));
  });

  testTransaction("a transaction names an action that failed, and changes nothing", async () => {
    const { driver } = suite;
    const collection = await suite.itemCollection();
    const [stored, fresh] = [aRecord("p", "a"), aRecord("p", "b")];
    await setAll(collection, [stored]);
    const absent = { kind: "absent", now: 0 } as const;
    const outcome = await driver.transact?.(
      [
        { collection, action: { kind: "set", record: fresh, condition: absent } },
        { collection, action: { kind: "check", key: stored.key, condition: absent } },
      ],
      {},
    );
    expect(outcome).toMatchObject({ applied: false, failed: [1] });
    expect(await collection.get([fresh.key], {})).toEqual([undefined]);
  });

  // Errors of other programs reach a driver as well: of its client, of its own code, of a test.
  test("errorCode accepts every error, and takes no foreign one for transient", () => {
    class Foreign extends Error {
      override readonly name = "Foreign";
    }
    const foreign = [
      new Foreign("on purpose"),
      new RangeError("on purpose"),
      Object.assign(new Error("on purpose"), { code: "EFOREIGN" }),
      Object.assign(new Error("on purpose"), { code: { toString: () => 1 } }),
      Object.freeze(Object.create(null)),
      {},
      [],
      undefined,
      null,
      "text",
      "",
      0,
      Number.NaN,
      1n,
      true,
      Symbol("on purpose"),
      () => 1,
    ];
    for (const raw of foreign) {
      const code = suite.driver.errorCode(raw);
      expect([undefined, "internal", "unknown"], inspect(raw)).toContain(code);
    }
  });
}
