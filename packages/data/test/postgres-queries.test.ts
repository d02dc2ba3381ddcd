import type { DriverCollection, StoredRecord } from "@plinth/data";
import { pgliteDriver } from "@plinth/data/postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { slowStart } from "./support/postgres.ts";
import { sharedPglite } from "./support/shared-pglite.ts";

// In the order of their bytes; in UTF-16, and in the languages of men, the order is another.
const sorts = ["", "A", "B", "Z", "a", "b", "ä", "\uffee", "😀", "\u{10fffe}"];

const driver = pgliteDriver({ client: await sharedPglite(), schema: "queries" });
const collection: DriverCollection = driver.collection({
  name: "things",
  indexes: ["byName", "byPlace"],
  expires: true,
});

const stored = (sort: string, position: number): StoredRecord => ({
  key: `key ${9 - position}`,
  revision: "r",
  schemaVersion: 1,
  data: { position },
  indexes: { byName: { partition: "p", sort } },
  ...(position === 3 && { expiresAt: 1000 }),
});

beforeAll(async () => {
  await collection.ensureSchema?.({});
  const foreign = {
    ...stored("B", 99),
    key: "foreign",
    indexes: { byName: { partition: "q", sort: "B" } },
  };
  const without = { ...stored("B", 98), key: "without", indexes: {} };
  for (const record of [...sorts.map(stored).toReversed(), foreign, without]) {
    await collection.write({ kind: "set", record, condition: { kind: "none" } }, {});
  }
}, slowStart);

afterAll(() => driver.close());

describe("a query", () => {
  const query = async (more: object): Promise<unknown[]> => {
    const page = await collection.query?.(
      { index: "byName", partition: "p", order: "ascending", limit: 100, ...more },
      {},
    );
    expect(page?.more).toBe(false);
    return (page?.records ?? []).map(({ data }) => data["position"]);
  };

  test.each([
    ["everything", {}, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ["backwards", { order: "descending" }, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
    ["from a sort string on, itself included", { from: "b" }, [5, 6, 7, 8, 9]],
    ["from behind a sort string on", { from: "b", fromExclusive: true }, [6, 7, 8, 9]],
    ["up to a sort string, itself not included", { to: "b" }, [0, 1, 2, 3, 4]],
    ["from and up to", { from: "B", to: "😀" }, [2, 3, 4, 5, 6, 7]],
    ["from and up to, backwards", { from: "B", to: "b", order: "descending" }, [4, 3, 2]],
    ["from behind the first", { from: "", fromExclusive: true }, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ["nothing", { from: "C", to: "D" }, []],
    ["an unknown partition", { partition: "x" }, []],
    ["an index that no record is in", { index: "byPlace" }, []],
  ])("reads %s", async (_name, more, expected) => {
    expect(await query(more)).toEqual(expected);
  });

  test("reads pages that say whether there is more", async () => {
    const page = (limit: number): unknown =>
      collection.query?.(
        { index: "byName", partition: "p", order: "ascending", limit, from: "ä" },
        {},
      );
    expect(await page(3)).toEqual({
      records: [6, 7, 8].map((n) => stored(sorts[n] ?? "", n)),
      more: true,
    });
    expect(await page(4)).toMatchObject({ more: false });
    expect(await page(5)).toMatchObject({ more: false });
  });
});

test("a count leaves out what has expired, and nothing else", async () => {
  const range = { index: "byName", partition: "p" };
  expect(await collection.count?.({ ...range, now: 999 }, {})).toBe(10);
  expect(await collection.count?.({ ...range, now: 1000 }, {})).toBe(9);
  expect(await collection.count?.({ ...range, from: "a", to: "😀", now: 1000 }, {})).toBe(4);
  expect(
    await collection.count?.({ ...range, from: "a", fromExclusive: true, now: 1000 }, {}),
  ).toBe(5);
});

test.each([1, 5, 11, 12, 13, 1000])("a scan by %i reads each record once", async (limit) => {
  const keys: string[] = [];
  let pages = 0;
  let after: string | undefined;
  do {
    const page = await collection.scan?.({ limit, ...(after !== undefined && { after }) }, {});
    expect(page?.records.length).toBeLessThanOrEqual(limit);
    keys.push(...(page?.records ?? []).map(({ key }) => key));
    after = page?.position;
    pages += 1;
  } while (after !== undefined);
  expect(new Set(keys).size).toBe(12);
  expect(keys).toHaveLength(12);
  expect(pages).toBe(Math.ceil(12 / limit));
});

test("a write that leaves an index or its end behind takes the record out of it", async () => {
  const record = { ...stored("x", 3), key: "moving" };
  const write = (next: StoredRecord, kind: "none" | "present") =>
    collection.write(
      { kind: "set", record: next, condition: kind === "none" ? { kind } : { kind, now: 0 } },
      {},
    );
  for (const kind of ["none", "present"] as const) {
    await write(record, "none");
    const next = { key: "moving", revision: "s", schemaVersion: 2, data: {}, indexes: {} };
    expect(await write(next, kind)).toBe("applied");
    expect(await collection.get(["moving"], {})).toEqual([next]);
  }
  await collection.write({ kind: "remove", key: "moving", condition: { kind: "none" } }, {});
});

test("single writes judge their conditions by the given present", async () => {
  const record = { ...stored("y", 3), key: "ending" };
  const write = (kind: "absent" | "present", now: number) =>
    collection.write({ kind: "set", record, condition: { kind, now } }, {});
  const remove = (condition: object) =>
    collection.write({ kind: "remove", key: "ending", condition: condition as never }, {});
  expect(await write("present", 0)).toBe("refused");
  expect(await write("absent", 0)).toBe("applied");
  expect(await write("absent", 999)).toBe("refused");
  expect(await write("present", 999)).toBe("applied");
  expect(await write("present", 1000)).toBe("refused");
  expect(await write("absent", 1000)).toBe("applied");
  expect(await remove({ kind: "absent", now: 999 })).toBe("refused");
  expect(await remove({ kind: "absent", now: 1000 })).toBe("applied");
  expect(await remove({ kind: "revision", revision: "r", now: 1000 })).toBe("refused");
  expect(await remove({ kind: "present", now: 1000 })).toBe("refused");
  expect(await remove({ kind: "revision", revision: "q", now: 999 })).toBe("refused");
  expect(await remove({ kind: "revision", revision: "r", now: 999 })).toBe("applied");
  expect(await remove({ kind: "present", now: 999 })).toBe("refused");
  expect(await remove({ kind: "none" })).toBe("applied");
});
