import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import type { DriverCollection } from "../driver/driver-collection.ts";
import type { IndexQuery } from "../driver/index-query.ts";
import type { StoredRecord } from "../driver/stored-record.ts";
import type { WriteAction, WriteCondition } from "../driver/write-action.ts";
import { alikeToTheEnd } from "./alike.ts";
import { aShelf } from "./items.ts";
import { aRecord, setAll, withoutHint } from "./records.ts";
import type { Suite } from "./suite.ts";

// What the interface promises to drivers: see `IndexEntry`.
const maxPartition = 1025;
const maxSort = 1024;

// Around whole and half seconds, and one that a double cannot hold as seconds.
const ends = [801, 1, 999, 499, 500, 0, 123].map((part) => 4_102_444_800_000 + part);

const found = (record: StoredRecord | undefined): StoredRecord | undefined =>
  record && withoutHint(record);

/** What a driver itself stores, judges and gives back, to the byte and the millisecond. */
export function describeStoredRecords(suite: Suite): void {
  const testQuery = suite.testWith("queries");

  test("a record comes back with all its parts", async () => {
    const collection = await suite.itemCollection();
    const record = aRecord(aShelf(), "n\u0001 😀", {
      schemaVersion: 7,
      expiresAt: 4_102_444_800_123,
      data: { a: [1, { b: null }] },
    });
    await setAll(collection, [record]);
    const [first] = await collection.get([record.key], {});
    expect(found(first)).toEqual(record);
    const plain = { ...record, expiresAt: undefined, indexes: {}, revision: randomUUID() };
    await setAll(collection, [plain]);
    const [changed] = await collection.get([record.key], {});
    expect(found(changed)).toEqual(plain);
  });

  testQuery("a query gives records with all their parts", async () => {
    const collection = await suite.itemCollection();
    const shelf = aShelf();
    const record = aRecord(shelf, "a", { schemaVersion: 3, expiresAt: 4_102_444_800_000 });
    await setAll(collection, [record]);
    await suite.eventually(async () => {
      const query = { index: "byRank", partition: shelf, order: "ascending", limit: 10 } as const;
      const page = await collection.query?.(query, {});
      expect(page?.records.map(withoutHint)).toEqual([record]);
    });
  });

  test("a hint is never stored", async () => {
    const collection = await suite.itemCollection();
    const shelf = aShelf();
    const hint = { marker: `hint ${randomUUID()}` };
    const records = ["a", "b", "c"].map((sort) => ({ ...aRecord(shelf, sort), hint }));
    const [written, oneOfMany, transacted] = records.map((record): WriteAction => ({
      kind: "set",
      record,
      condition: { kind: "none" },
    })) as [WriteAction, WriteAction, WriteAction];
    await collection.write(written, {});
    if (collection.writeMany === undefined) await collection.write(oneOfMany, {});
    else await collection.writeMany([oneOfMany], {});
    if (suite.can("transactions")) {
      await suite.driver.transact?.([{ collection, action: transacted }], {});
    } else await collection.write(transacted, {});
    const expectUnmarked = (read: readonly (StoredRecord | undefined)[] = []): void => {
      expect(read.map(found)).toEqual(records.map(withoutHint));
      expect(inspect(read, { depth: 10, showHidden: true })).not.toContain(hint.marker);
    };
    expectUnmarked(
      await collection.get(
        records.map(({ key }) => key),
        {},
      ),
    );
    if (!suite.can("queries")) return;
    await suite.eventually(async () => {
      const query = { index: "byRank", partition: shelf, order: "ascending", limit: 10 } as const;
      const page = await collection.query?.(query, {});
      expectUnmarked(page?.records);
    });
  });

  test("revisions are compared exactly", async () => {
    const collection = await suite.itemCollection();
    const record = aRecord("p", randomUUID(), { revision: "r-1e" });
    const { key } = record;
    await setAll(collection, [record]);
    const at = (revision: string) => ({ kind: "revision", revision, now: 0 }) as const;
    for (const revision of ["R-1E", "r-1E", "r-1e ", " r-1e", "r_1e", "r1e", "r-1", "r-1ee"]) {
      const setting = collection.write({ kind: "set", record, condition: at(revision) }, {});
      expect(await setting, revision).toBe("refused");
      const removing = collection.write({ kind: "remove", key, condition: at(revision) }, {});
      expect(await removing, revision).toBe("refused");
      if (!suite.can("transactions")) continue;
      const action = { kind: "check", key, condition: at(revision) } as const;
      const checked = await suite.driver.transact?.([{ collection, action }], {});
      expect(checked?.applied, revision).toBe(false);
    }
    const removing = collection.write({ kind: "remove", key, condition: at("r-1e") }, {});
    expect(await removing).toBe("applied");
  });

  test("conditions judge expiry to the millisecond", async () => {
    const collection = await suite.itemCollection();
    for (const expiresAt of ends) {
      const record = aRecord("p", randomUUID(), { expiresAt });
      const { key, revision } = record;
      await setAll(collection, [record]);
      const write = (condition: WriteCondition) =>
        collection.write({ kind: "set", record, condition }, {});
      expect(await write({ kind: "absent", now: expiresAt - 1 }), `${expiresAt}`).toBe("refused");
      expect(await write({ kind: "present", now: expiresAt })).toBe("refused");
      expect(await write({ kind: "revision", revision, now: expiresAt })).toBe("refused");
      expect(await write({ kind: "present", now: expiresAt - 1 })).toBe("applied");
      expect(await write({ kind: "revision", revision, now: expiresAt - 1 })).toBe("applied");
      const remove = (now: number) =>
        collection.write(
          { kind: "remove", key, condition: { kind: "revision", revision, now } },
          {},
        );
      expect(await remove(expiresAt)).toBe("refused");
      expect(await remove(expiresAt - 1)).toBe("applied");
      await setAll(collection, [record]);
      expect(await write({ kind: "absent", now: expiresAt })).toBe("applied");
    }
  });

  suite.testWith("transactions")("transactions judge expiry to the millisecond", async () => {
    const collection = await suite.itemCollection();
    for (const expiresAt of ends) {
      const record = aRecord("p", randomUUID(), { expiresAt });
      const { key, revision } = record;
      await setAll(collection, [record]);
      const check = async (condition: WriteCondition): Promise<boolean | undefined> => {
        const action = { kind: "check", key, condition } as const;
        return (await suite.driver.transact?.([{ collection, action }], {}))?.applied;
      };
      expect(await check({ kind: "present", now: expiresAt - 1 }), `${expiresAt}`).toBe(true);
      expect(await check({ kind: "revision", revision, now: expiresAt - 1 })).toBe(true);
      expect(await check({ kind: "absent", now: expiresAt - 1 })).toBe(false);
      expect(await check({ kind: "present", now: expiresAt })).toBe(false);
      expect(await check({ kind: "revision", revision, now: expiresAt })).toBe(false);
      expect(await check({ kind: "absent", now: expiresAt })).toBe(true);
    }
  });

  testQuery("a count judges expiry to the millisecond", async () => {
    const collection = await suite.itemCollection();
    if (collection.count === undefined) return;
    for (const expiresAt of ends) {
      const partition = aShelf();
      await setAll(collection, [aRecord(partition, "a", { expiresAt }), aRecord(partition, "b")]);
      const count = (now: number) => collection.count?.({ index: "byRank", partition, now }, {});
      await suite.eventually(async () => {
        expect(await count(expiresAt - 1), `${expiresAt}`).toBe(2);
        expect(await count(expiresAt)).toBe(1);
      });
    }
  });

  test("writeMany answers each write in its place", async () => {
    const collection = await suite.itemCollection();
    if (collection.writeMany === undefined) return;
    const stored = Array.from({ length: 6 }, (_, n) => aRecord("p", `s${n}`));
    await setAll(collection, stored);
    const next = (n: number) => ({ ...(stored[n] as StoredRecord), revision: randomUUID() });
    const fresh = Array.from({ length: 130 }, (_, n) => aRecord("p", `f${n}`));
    const present = { kind: "present", now: 0 } as const;
    const absent = { kind: "absent", now: 0 } as const;
    const at = (n: number, revision = stored[n]?.revision ?? "") =>
      ({ kind: "revision", revision, now: 0 }) as const;
    const removed = (n: number) => stored[n]?.key ?? "";
    const wanted: [WriteAction, "applied" | "refused"][] = [
      [{ kind: "set", record: next(0), condition: absent }, "refused"],
      [{ kind: "set", record: next(1), condition: at(1) }, "applied"],
      [{ kind: "set", record: next(2), condition: at(2, "stale") }, "refused"],
      [{ kind: "remove", key: removed(3), condition: at(3) }, "applied"],
      [{ kind: "remove", key: removed(4), condition: at(4, "stale") }, "refused"],
      [{ kind: "set", record: next(5), condition: present }, "applied"],
      ...fresh.map((record, n): [WriteAction, "applied" | "refused"] =>
        n % 3 === 0
          ? [{ kind: "set", record, condition: present }, "refused"]
          : [{ kind: "set", record, condition: absent }, "applied"],
      ),
    ];
    const outcomes = await collection.writeMany(
      wanted.map(([action]) => action),
      {},
    );
    expect(outcomes).toEqual(wanted.map(([, outcome]) => outcome));
    const keys = [...stored, ...fresh].map(({ key }) => key);
    const left = await collection.get(keys, {});
    const expected = wanted.map(([action, outcome], n) => {
      const written = action.kind === "set" ? action.record : undefined;
      return (outcome === "applied" ? written : stored[n])?.revision;
    });
    expect(left.map((record) => record?.revision)).toEqual(expected);
    expect(await collection.writeMany([], {})).toEqual([]);
  });

  test("writeMany judges expiry to the millisecond", async () => {
    const collection = await suite.itemCollection();
    if (collection.writeMany === undefined) return;
    const records = ends.flatMap((expiresAt) => [
      aRecord("p", randomUUID(), { expiresAt }),
      aRecord("p", randomUUID(), { expiresAt }),
    ]);
    await setAll(collection, records);
    // The first of each pair is judged before its end, the second at it.
    const outcomes = await collection.writeMany(
      records.map((record, n) => {
        const now = (record.expiresAt ?? 0) - (n % 2 === 0 ? 1 : 0);
        return { kind: "set", record, condition: { kind: "present", now } };
      }),
      {},
    );
    expect(outcomes).toEqual(records.map((_record, n) => (n % 2 === 0 ? "applied" : "refused")));
  });

  async function keysOf(collection: DriverCollection, query: Partial<IndexQuery>) {
    const whole = { index: "byRank", partition: "", order: "ascending", limit: 10 } as const;
    const page = await collection.query?.({ ...whole, ...query }, {});
    return page?.records.map(({ key }) => key);
  }

  testQuery("partitions of the full length are compared to the end", async () => {
    const collection = await suite.itemCollection();
    const partitions = alikeToTheEnd(aShelf(), maxPartition);
    const records = partitions.map((partition) => aRecord(partition, "a"));
    await setAll(collection, records);
    await suite.eventually(async () => {
      for (const [n, partition] of partitions.entries()) {
        expect(await keysOf(collection, { partition })).toEqual([records[n]?.key]);
      }
    });
  });

  testQuery("sort strings of the full length are compared to the end", async () => {
    const collection = await suite.itemCollection();
    const partition = aShelf();
    const [low, high] = alikeToTheEnd("s", maxSort);
    const middle = low.slice(0, -1);
    const records = [aRecord(partition, low), aRecord(partition, high)];
    await setAll(collection, records.toReversed());
    const [first, second] = records.map(({ key }) => key);
    await suite.eventually(async () => {
      const of = (query: Partial<IndexQuery>) => keysOf(collection, { partition, ...query });
      expect(await of({})).toEqual([first, second]);
      expect(await of({ order: "descending" })).toEqual([second, first]);
      expect(await of({ from: high })).toEqual([second]);
      expect(await of({ from: low, fromExclusive: true })).toEqual([second]);
      expect(await of({ to: high })).toEqual([first]);
      expect(await of({ from: low, to: high })).toEqual([first]);
      expect(await of({ to: low })).toEqual([]);
      expect(await of({ to: middle })).toEqual([]);
      expect(await of({ from: middle })).toEqual([first, second]);
    });
  });
}
