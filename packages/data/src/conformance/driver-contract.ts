import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { DriverCollection } from "../driver/driver-collection.ts";
import type { IndexQuery } from "../driver/index-query.ts";
import type { StoredRecord } from "../driver/stored-record.ts";
import { aShelf } from "./items.ts";
import type { Suite } from "./suite.ts";

function aRecord(partition: string, sort: string, more: Partial<StoredRecord> = {}): StoredRecord {
  return {
    key: `key_${randomUUID()}`,
    revision: randomUUID(),
    schemaVersion: 1,
    data: {},
    indexes: { byRank: { partition, sort } },
    ...more,
  };
}

async function set(collection: DriverCollection, records: readonly StoredRecord[]): Promise<void> {
  for (const record of records) {
    await collection.write({ kind: "set", record, condition: { kind: "none" } }, {});
  }
}

const withoutHint = ({ hint: _hint, ...record }: StoredRecord): StoredRecord => record;

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

  test("a record comes back with all its parts", async () => {
    const collection = await suite.itemCollection();
    const record = aRecord(aShelf(), "n\u0001 😀", {
      schemaVersion: 7,
      expiresAt: 4_102_444_800_123,
      data: { a: [1, { b: null }] },
    });
    await set(collection, [record]);
    const [found] = await collection.get([record.key], {});
    expect(found && withoutHint(found)).toEqual(record);
    const plain = { ...record, expiresAt: undefined, indexes: {}, revision: randomUUID() };
    await set(collection, [plain]);
    const [changed] = await collection.get([record.key], {});
    expect(changed && withoutHint(changed)).toEqual(plain);
  });

  testQuery("a query gives records with all their parts", async () => {
    const collection = await suite.itemCollection();
    const shelf = aShelf();
    const record = aRecord(shelf, "a", { schemaVersion: 3, expiresAt: 4_102_444_800_000 });
    await set(collection, [record]);
    await suite.eventually(async () => {
      const query = { index: "byRank", partition: shelf, order: "ascending", limit: 10 } as const;
      const page = await collection.query?.(query, {});
      expect(page?.records.map(withoutHint)).toEqual([record]);
    });
  });

  testQuery("sort strings are in the order of their bytes", async () => {
    const collection = await suite.itemCollection();
    const shelf = aShelf();
    const sorts = ["", "\u0001", " ", "%", "A", "_", "a", "a\u0001", "aa", "é", "\uffff", "😀"].map(
      (sort) => `${sort}-`,
    );
    const ordered = sorts.toSorted((one, other) =>
      Buffer.compare(Buffer.from(one), Buffer.from(other)),
    );
    await set(
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

  testQuery("bounds are inclusive below and exclusive above, unless told otherwise", async () => {
    const collection = await suite.itemCollection();
    const shelf = aShelf();
    await set(
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

  testQuery("count goes by the same bounds, and by the present that it is given", async () => {
    const collection = await suite.itemCollection();
    if (collection.count === undefined) return;
    const shelf = aShelf();
    const expiresAt = 4_102_444_800_000;
    await set(collection, [
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

  test("writeMany answers each write in its place", async () => {
    const collection = await suite.itemCollection();
    if (collection.writeMany === undefined) return;
    const records = Array.from({ length: 130 }, (_, n) => aRecord("p", `s${n}`));
    await set(collection, [records[1] as StoredRecord]);
    const outcomes = await collection.writeMany(
      records.map((record) => ({ kind: "set", record, condition: { kind: "absent", now: 0 } })),
      {},
    );
    expect(outcomes).toEqual(records.map((_record, n) => (n === 1 ? "refused" : "applied")));
    expect(await collection.writeMany([], {})).toEqual([]);
  });

  testScan("a scan reads every record once, in pages of any size", async () => {
    const name = suite.freshName();
    const definition = { name, indexes: [], expires: false };
    const collection = suite.driver.collection(definition);
    await collection.ensureSchema?.({});
    const keys = Array.from({ length: 23 }, (_, n) => ["/", "%", "😀", "a"][n % 4] + String(n));
    const records = keys.map((key) => aRecord("", "", { key, indexes: {} }));
    await set(collection, records);
    for (const limit of [1, 5, 23, 1000]) {
      const found: StoredRecord[] = [];
      let after: string | undefined;
      do {
        const page = await collection.scan?.({ after, limit }, {});
        expect(page?.records.length).toBeLessThanOrEqual(limit);
        found.push(...(page?.records ?? []));
        after = page?.position;
      } while (after !== undefined);
      const byKey = (one: StoredRecord, other: StoredRecord) => (one.key < other.key ? -1 : 1);
      expect(found.map(withoutHint).toSorted(byKey)).toEqual(records.toSorted(byKey));
    }
  });

  testScan("a scan goes on behind records that were deleted in the meantime", async () => {
    const definition = { name: suite.freshName(), indexes: [], expires: false };
    const collection = suite.driver.collection(definition);
    await collection.ensureSchema?.({});
    const records = Array.from({ length: 12 }, () => aRecord("", "", { indexes: {} }));
    await set(collection, records);
    const found: string[] = [];
    let after: string | undefined;
    do {
      const page = await collection.scan?.({ after, limit: 3 }, {});
      for (const { key } of page?.records ?? []) {
        found.push(key);
        await collection.write({ kind: "remove", key, condition: { kind: "none" } }, {});
      }
      after = page?.position;
    } while (after !== undefined);
    expect(found.toSorted()).toEqual(records.map(({ key }) => key).toSorted());
  });

  testTransaction("a transaction names an action that failed, and changes nothing", async () => {
    const { driver } = suite;
    const collection = await suite.itemCollection();
    const [stored, fresh] = [aRecord("p", "a"), aRecord("p", "b")];
    await set(collection, [stored]);
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

  test("conditions take a record that has expired for absent", async () => {
    const collection = await suite.itemCollection();
    const expiresAt = 4_102_444_800_000;
    const record = aRecord("p", "a", { expiresAt });
    await set(collection, [record]);
    const write = (condition: { kind: "absent" | "present"; now: number }) =>
      collection.write({ kind: "set", record, condition }, {});
    expect(await write({ kind: "absent", now: expiresAt - 1 })).toBe("refused");
    expect(await write({ kind: "present", now: expiresAt })).toBe("refused");
    expect(await write({ kind: "present", now: expiresAt - 1 })).toBe("applied");
    const { key, revision } = record;
    const remove = (now: number) =>
      collection.write({ kind: "remove", key, condition: { kind: "revision", revision, now } }, {});
    expect(await remove(expiresAt)).toBe("refused");
    expect(await remove(expiresAt - 1)).toBe("applied");
    await set(collection, [record]);
    expect(await write({ kind: "absent", now: expiresAt })).toBe("applied");
  });
}
