import { expect, test } from "vitest";
import { z } from "zod";
import { Repository } from "../repository/repository.ts";
import { anItem, aShelf, idsOf, type Items, storeItems } from "./items.ts";
import { allOf } from "./pages.ts";
import type { Suite } from "./suite.ts";

const hour = 3_600_000;

const TextRepository = Repository({
  name: "texts",
  schema: z.object({ id: z.string(), until: z.string() }),
  key: ["id"],
  expires: "until",
});

/** An expired record is gone for every caller, while the engine may keep it for days. */
export function describeExpiry(suite: Suite): void {
  const testQuery = suite.testWith("queries");

  /** A repository whose clock the test moves; the engine's own clock stays as it is. */
  function clocked(): { items: Items; at: (offset: number) => number; move: (to: number) => void } {
    const start = Date.now();
    let now = start;
    return {
      items: suite.items({ clock: () => now }),
      at: (offset) => start + offset,
      move: (to) => {
        now = start + to;
      },
    };
  }

  test("a record is there until it expires, to the millisecond", async () => {
    const { items, at, move } = clocked();
    const item = anItem({ expiresAt: at(hour) });
    await items.create(item);
    expect(await items.get(item)).toEqual(item);
    move(hour - 1);
    expect(await items.get(item)).toEqual(item);
    move(hour);
    expect(await items.get(item)).toBeUndefined();
    expect(await items.getEntry(item)).toBeUndefined();
    expect(await items.get(item, { coalesce: false })).toBeUndefined();
    expect(await items.getMany([item.itemId])).toEqual([undefined]);
  });

  test("an expired record can be stored", async () => {
    const { items, at } = clocked();
    const item = anItem({ expiresAt: at(-hour) });
    expect((await items.create(item)).record).toEqual(item);
    expect(await items.get(item)).toBeUndefined();
  });

  test("create takes the place of an expired record", async () => {
    const { items, at, move } = clocked();
    const item = anItem({ expiresAt: at(hour), rank: 1 });
    await items.create(item);
    await expect(items.create(item)).rejects.toMatchObject({ code: "already_exists" });
    move(hour);
    const next = { itemId: item.itemId, rank: 2 };
    await items.create(next);
    expect(await items.get(item)).toEqual(next);
  });

  test("an expired record cannot be replaced, updated or deleted at its revision", async () => {
    const { items, at, move } = clocked();
    const item = anItem({ expiresAt: at(hour) });
    const { revision } = await items.create(item);
    move(hour + 1);
    const later = { ...item, expiresAt: at(3 * hour) };
    await expect(items.replace(later)).rejects.toMatchObject({ code: "not_found" });
    await expect(items.update(item, () => later)).rejects.toMatchObject({ code: "not_found" });
    for (const call of [
      () => items.replace(later, { revision }),
      () => items.put(later, { revision }),
      () => items.delete(item, { revision }),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: "aborted" });
    }
    expect(await items.get(item)).toBeUndefined();
    await expect(items.delete(item)).resolves.toBeUndefined();
  });

  test("a write may postpone or remove the expiry", async () => {
    const { items, at, move } = clocked();
    const [one, two] = [anItem({ expiresAt: at(hour) }), anItem({ expiresAt: at(hour) })];
    await items.create(one);
    await items.create(two);
    await items.put({ ...one, expiresAt: at(2 * hour) });
    await items.replace({ itemId: two.itemId });
    move(hour);
    expect(await items.get(one)).toEqual({ ...one, expiresAt: at(2 * hour) });
    expect(await items.get(two)).toEqual({ itemId: two.itemId });
    move(2 * hour);
    expect(await items.get(one)).toBeUndefined();
    move(1000 * hour);
    expect(await items.get(two)).toEqual({ itemId: two.itemId });
  });

  test("fractions of a millisecond are cut off the expiry", async () => {
    const { items, at, move } = clocked();
    const item = anItem({ expiresAt: at(hour) + 0.5 });
    await items.create(item);
    move(hour - 1);
    expect(await items.get(item)).toEqual(item);
    move(hour);
    expect(await items.get(item)).toBeUndefined();
  });

  test("the expiry may be an ISO date-time, or a date decoded from one", async () => {
    let now = Date.now();
    const DateTime = z.codec(z.iso.datetime(), z.date(), {
      decode: (text) => new Date(text),
      encode: (date) => date.toISOString(),
    });
    const declaration = { key: ["id"], expires: "until" } as const;
    const Text = Repository({
      name: "texts",
      schema: z.object({ id: z.string(), until: z.iso.datetime() }),
      ...declaration,
    });
    const Dated = Repository({
      name: "dated",
      schema: z.object({ id: z.string(), until: DateTime }),
      ...declaration,
    });
    const database = suite.database(suite.driver, { clock: () => now });
    const texts = new Text(database, { collection: suite.freshName() });
    const dated = new Dated(database, { collection: suite.freshName() });
    const until = new Date(now + hour);
    await texts.create({ id: "a", until: until.toISOString() });
    await dated.create({ id: "a", until });
    expect(await texts.get("a")).toEqual({ id: "a", until: until.toISOString() });
    expect(await dated.get("a")).toEqual({ id: "a", until });
    now = until.getTime();
    expect(await texts.get("a")).toBeUndefined();
    expect(await dated.get("a")).toBeUndefined();
  });

  test.each([
    ["negative", -1],
    ["beyond the year 9999", 253_402_300_800_000],
  ])("an expiry that is %s is refused", async (_name, expiresAt) => {
    const item = anItem({ expiresAt });
    await expect(suite.items().create(item)).rejects.toMatchObject({
      code: "invalid_argument",
      details: { errors: [expect.objectContaining({ path: "expiresAt" })] },
    });
  });

  test.each([
    "1",
    "not 5",
    "",
    "2030-01-01",
    "2030-01-01T00:00:00",
    "2030-02-30T00:00:00Z",
    "2029-02-29T00:00:00Z",
    "2030-01-01T24:00:00Z",
    "01/02/2030",
    "1 Jan 2030",
    "1893456000",
    "2030-01-01 00:00:00Z",
    "+010000-01-01T00:00:00Z",
  ])("the text %j is not an expiry", async (until) => {
    const texts = new TextRepository(suite.database(), { collection: suite.freshName() });
    await expect(texts.create({ id: "a", until })).rejects.toMatchObject({
      code: "invalid_argument",
      details: { errors: [expect.objectContaining({ path: "until" })] },
    });
  });

  test("an expiry with an offset is that moment", async () => {
    let now = Date.now();
    const database = suite.database(suite.driver, { clock: () => now });
    const texts = new TextRepository(database, { collection: suite.freshName() });
    const ends = Math.ceil(now / 1000) * 1000 + hour;
    const local = new Date(ends + 5.5 * hour).toISOString().slice(0, 19);
    await texts.create({ id: "a", until: `${local}+05:30` });
    now = ends - 1;
    expect(await texts.get("a")).toBeDefined();
    now = ends;
    expect(await texts.get("a")).toBeUndefined();
  });

  test.each([0, 5, 1_700_000_000, 99_999_999_999])(
    "the number %s was meant to be seconds, and is refused",
    async (expiresAt) => {
      await expect(suite.items().create(anItem({ expiresAt }))).rejects.toMatchObject({
        code: "invalid_argument",
        details: { errors: [{ path: "expiresAt", message: expect.stringContaining("seconds") }] },
      });
    },
  );

  test("the latest possible expiry is kept", async () => {
    const items = suite.items();
    const item = anItem({ expiresAt: 253_402_300_799_999 });
    await items.create(item);
    expect(await items.get(item)).toEqual(item);
  });

  testQuery("queries and counts leave expired records out", async () => {
    const { items, at, move } = clocked();
    const shelf = aShelf();
    const ends = [hour, undefined, 2 * hour, hour, -hour];
    const stored = ends.map((end, rank) =>
      anItem({ shelf, rank, ...(end === undefined ? {} : { expiresAt: at(end) }) }),
    );
    await storeItems(items, stored);
    const query = { index: "byRank", partition: shelf } as const;
    const expectFound = async (...ranks: readonly number[]): Promise<void> => {
      await suite.eventually(async () => {
        const { records } = await items.query(query);
        expect(records.map(({ rank }) => rank)).toEqual(ranks);
        expect(await items.count(query)).toBe(ranks.length);
        const found = await allOf(items.each({ ...query, pageSize: 1 }));
        expect(idsOf(found)).toEqual(idsOf(records));
      });
    };
    await expectFound(0, 1, 2, 3);
    move(hour);
    await expectFound(1, 2);
    move(2 * hour);
    await expectFound(1);
  });

  testQuery("pages with only expired records do not hide the records behind them", async () => {
    const { items, at, move } = clocked();
    const shelf = aShelf();
    const expired = Array.from({ length: 30 }, (_, rank) =>
      anItem({ shelf, rank, expiresAt: at(hour) }),
    );
    const alive = [anItem({ shelf, rank: 100 }), anItem({ shelf, rank: 101 })];
    await storeItems(items, [...expired, ...alive]);
    move(hour);
    await suite.eventually(async () => {
      for (const pageSize of [1, 2, 7]) {
        const query = { index: "byRank", partition: shelf, pageSize } as const;
        const found = await allOf(items.each(query));
        expect(found).toEqual(alive);
      }
    });
  });

  suite.testWith("transactions")("transactions treat expired records as absent", async () => {
    let now = Date.now();
    const database = suite.database(suite.driver, { clock: () => now });
    const items = suite.itemsOn(database);
    const [one, two] = [anItem({ expiresAt: now + hour }), anItem({ expiresAt: now + hour })];
    const { revision } = await items.create(one);
    await items.create(two);
    now += hour;
    await expect(
      database.transact([items.action.check(one, "present"), items.action.delete(two)]),
    ).rejects.toMatchObject({ code: "not_found" });
    await expect(
      database.transact([items.action.put({ itemId: one.itemId }, { revision })]),
    ).rejects.toMatchObject({ code: "aborted" });
    await database.transact([
      items.action.create({ itemId: one.itemId }),
      items.action.check(two, "absent"),
    ]);
    expect(await items.get(one)).toEqual({ itemId: one.itemId });
  });
}
