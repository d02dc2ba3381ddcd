import type { JsonObject } from "@plinth/core/errors";
import { expect, test } from "vitest";
import { z } from "zod";
import { Repository, type RepositoryClass } from "../repository/repository.ts";
import type { RepositoryMethods } from "../repository/repository-methods.ts";
import type { MigrationProgress } from "../repository/migrate.ts";
import type { Suite } from "./suite.ts";

type Names = { readonly byName: { readonly partition: "name" } };
type Person = { id: string; name: string; born?: number | undefined };

const indexes: Names = { byName: { partition: "name" } };

const First = Repository({
  name: "people",
  schema: z.object({ id: z.string(), first: z.string(), last: z.string() }),
  key: ["id"],
});

const secondVersion = {
  name: "people",
  schema: z.object({ id: z.string(), name: z.string() }),
  key: ["id"],
  indexes,
  version: 2,
} as const;

const join = ({ first, last, ...rest }: JsonObject): JsonObject => ({
  ...rest,
  name: `${first as string} ${last as string}`,
});

const Second = Repository({ ...secondVersion, upcasters: { 1: join } });

const Third: RepositoryClass<Person, readonly ["id"], Names> = Repository({
  ...secondVersion,
  schema: z.object({ id: z.string(), name: z.string(), born: z.number().optional() }),
  version: 3,
  upcasters: { 1: join, 2: (old) => ({ ...old, born: 0 }) },
});

type People = RepositoryMethods<Person, string | Pick<Person, "id">, Names>;

const Ending = z.object({ id: z.string(), end: z.number().optional() });

const idOf = (n: number): string => `p${String(n).padStart(3, "0")}`;

/** Records of older versions are brought up when they are read, and for good by a migration. */
export function describeVersions(suite: Suite): void {
  const testScan = suite.testWith("scan");

  /** A collection with records of version 1, seen by the repository of version 3. */
  async function peopleOf(count: number): Promise<{ people: People; collection: string }> {
    const collection = suite.freshName();
    const old = new First(suite.database(), { collection });
    // Indexes come with the later versions, so the table is made by those.
    const people = new Third(suite.database(), { collection });
    await people.open();
    const numbers = Array.from({ length: count }, (_, n) => n);
    await old.writeMany(
      numbers.map((n) => old.action.put({ id: idOf(n), first: "A", last: String(n) })),
    );
    return { people, collection };
  }

  const storedVersion = async (collection: string, id: string): Promise<number | undefined> => {
    const definition = { name: collection, indexes: ["byName"], expires: false };
    const [stored] = await suite.driver.collection(definition).get([id], {});
    return stored?.schemaVersion;
  };

  test("a record of an older version is brought up step by step when it is read", async () => {
    const { people, collection } = await peopleOf(2);
    const expected = { id: idOf(1), name: "A 1", born: 0 };
    expect(await people.get(idOf(1))).toEqual(expected);
    expect(await people.getMany([idOf(1)])).toEqual([expected]);
    expect(await storedVersion(collection, idOf(1))).toBe(1);
  });

  test("a record of the version in between takes the last step alone", async () => {
    const { people, collection } = await peopleOf(0);
    await new Second(suite.database(), { collection }).create({ id: "b", name: "B" });
    expect(await storedVersion(collection, "b")).toBe(2);
    expect(await people.get("b")).toEqual({ id: "b", name: "B", born: 0 });
  });

  test("a write stores the current version", async () => {
    const { people, collection } = await peopleOf(2);
    await people.update(idOf(0), (person) => ({ ...person, born: 1990 }));
    expect(await storedVersion(collection, idOf(0))).toBe(3);
    expect(await people.get(idOf(0))).toEqual({ id: idOf(0), name: "A 0", born: 1990 });
    expect(await storedVersion(collection, idOf(1))).toBe(1);
  });

  test("a revision of an older version can be demanded", async () => {
    const { people } = await peopleOf(1);
    const entry = await people.getEntry(idOf(0));
    await people.replace({ id: idOf(0), name: "C" }, { revision: entry?.revision });
    expect(await people.get(idOf(0))).toEqual({ id: idOf(0), name: "C" });
  });

  test("a record of a newer version is failed_precondition, and left alone", async () => {
    const { collection } = await peopleOf(0);
    await new Third(suite.database(), { collection }).create({ id: "n", name: "N", born: 1 });
    const older = new Second(suite.database(), { collection });
    await expect(older.get("n")).rejects.toMatchObject({
      code: "failed_precondition",
      message: expect.stringMatching(/version 3/),
    });
    expect(await storedVersion(collection, "n")).toBe(3);
  });

  suite.testWith("keepsNewerVersions")(
    "a record of a newer version is not overwritten",
    async () => {
      const { collection } = await peopleOf(0);
      const database = suite.database();
      const newer = new Third(suite.database(), { collection });
      const older = new Second(database, { collection });
      const precious = { id: "n", name: "N", born: 1990 };
      const { revision } = await newer.create(precious);
      const record = { id: "n", name: "O" };
      const refused = { code: "failed_precondition", message: expect.stringMatching(/version 3/) };
      const { action } = older;
      for (const call of [
        () => older.put(record),
        () => older.replace(record),
        () => older.put(record, { revision }),
        () => older.replace(record, { revision }),
        () => older.update("n", (person) => person),
        () => database.transact([action.put(record), action.create({ id: "m", name: "M" })]),
        () => database.transact([action.replace(record, { revision })]),
      ]) {
        if (call.toString().includes("transact") && !suite.can("transactions")) continue;
        await expect(call()).rejects.toMatchObject(refused);
      }
      expect(await older.writeMany([action.put(record)])).toMatchObject([
        { status: "rejected", reason: refused },
      ]);
      await expect(older.create(record)).rejects.toMatchObject({ code: "already_exists" });
      expect(await newer.getEntry("n")).toEqual({ record: precious, revision });
      expect(await newer.get("m")).toBeUndefined();
      // Whoever removes a record wants it gone, of whatever version it is.
      await older.delete("n");
      await older.put(record);
      await newer.put(precious);
      expect(await newer.get("n")).toEqual(precious);
    },
  );

  suite.testWith("keepsNewerVersions")("a newer record that has expired is replaced", async () => {
    const collection = suite.freshName();
    const end = Date.now() + 3_600_000;
    let now = end - 1;
    const database = suite.database(suite.driver, { clock: () => now });
    const declaration = { name: "ending", schema: Ending, key: ["id"], expires: "end" } as const;
    const Newer = Repository({ ...declaration, version: 2 });
    await new Newer(database, { collection }).create({ id: "a", end });
    const Older = Repository(declaration);
    const older = new Older(suite.database(suite.driver, { clock: () => now }), { collection });
    await expect(older.put({ id: "a" })).rejects.toMatchObject({ code: "failed_precondition" });
    now = end;
    await older.put({ id: "a" });
    expect(await older.get("a")).toEqual({ id: "a" });
  });

  test("a version without an upcaster is data_loss that names it", async () => {
    const { collection } = await peopleOf(1);
    const Gap = Repository({ ...secondVersion, upcasters: {} });
    await expect(new Gap(suite.database(), { collection }).get(idOf(0))).rejects.toMatchObject({
      code: "data_loss",
      message: expect.stringMatching(/version 1/),
    });
  });

  testScan("a migration rewrites what is old, once", async () => {
    const { people, collection } = await peopleOf(25);
    await people.create({ id: "q", name: "Q" });
    const steps: MigrationProgress[] = [];
    const result = await people.migrate({
      batchSize: 10,
      onProgress: (progress) => void steps.push(progress),
    });
    expect(result).toMatchObject({ examined: 26, migrated: 25, failed: 0 });
    expect(result.position).toBeUndefined();
    expect(steps.length).toBeGreaterThanOrEqual(3);
    expect(steps.at(-1)).toEqual(result);
    for (let n = 0; n < 25; n += 1) expect(await storedVersion(collection, idOf(n))).toBe(3);
    expect(await people.get(idOf(7))).toEqual({ id: idOf(7), name: "A 7", born: 0 });
    expect(await people.get("q")).toEqual({ id: "q", name: "Q" });
    const entry = await people.getEntry(idOf(3));
    expect(await people.migrate()).toMatchObject({ examined: 26, migrated: 0, failed: 0 });
    expect(await people.getEntry(idOf(3))).toEqual(entry);
  });

  testScan("a migration goes on where another one ended", async () => {
    const { people, collection } = await peopleOf(20);
    let position: string | undefined;
    const stopped = people.migrate({
      batchSize: 6,
      onProgress: (progress) => {
        ({ position } = progress);
        throw new RangeError("stop");
      },
    });
    await expect(stopped).rejects.toThrow(RangeError);
    expect(position).toBeDefined();
    const rest = await people.migrate({ batchSize: 6, resumeFrom: position });
    expect(rest.examined).toBeGreaterThan(0);
    expect(rest.examined).toBe(rest.migrated);
    expect(rest.examined).toBeLessThan(20);
    for (let n = 0; n < 20; n += 1) expect(await storedVersion(collection, idOf(n))).toBe(3);
  });

  testScan("what is written or deleted during a migration is kept", async () => {
    const { people, collection } = await peopleOf(12);
    let batches = 0;
    await people.migrate({
      batchSize: 3,
      onProgress: async () => {
        batches += 1;
        if (batches > 1) return;
        for (let n = 0; n < 12; n += 2) await people.put({ id: idOf(n), name: "new" });
        for (let n = 1; n < 12; n += 4) await people.delete(idOf(n));
      },
    });
    for (let n = 0; n < 12; n += 2) {
      expect(await people.get(idOf(n))).toEqual({ id: idOf(n), name: "new" });
    }
    for (let n = 1; n < 12; n += 4) expect(await people.get(idOf(n))).toBeUndefined();
    for (let n = 3; n < 12; n += 4) expect(await storedVersion(collection, idOf(n))).toBe(3);
  });

  testScan("two migrations at once do no harm", async () => {
    const { people, collection } = await peopleOf(30);
    const [one, other] = await Promise.all([
      people.migrate({ batchSize: 4 }),
      people.migrate({ batchSize: 7 }),
    ]);
    expect(one.migrated + other.migrated).toBe(30);
    for (let n = 0; n < 30; n += 1) expect(await storedVersion(collection, idOf(n))).toBe(3);
  });

  testScan("records that cannot be brought up are reported, and the others go on", async () => {
    const { collection } = await peopleOf(6);
    const Failing = Repository({
      ...secondVersion,
      upcasters: {
        1: (old) => {
          if (old["last"] === "3") throw new Error("on purpose");
          return old["last"] === "4" ? { ...old, name: 5 } : join(old);
        },
      },
    });
    const failing = new Failing(suite.database(), { collection });
    const faults: string[] = [];
    const result = await failing.migrate({ onFault: (key) => void faults.push(key) });
    expect(result).toMatchObject({ examined: 6, migrated: 4, failed: 2 });
    expect(faults.toSorted()).toEqual([JSON.stringify(idOf(3)), JSON.stringify(idOf(4))]);
    expect(await storedVersion(collection, idOf(3))).toBe(1);
  });

  testScan("a migration puts records into indexes that came with the new version", async () => {
    if (!suite.can("queries")) return;
    const { people } = await peopleOf(3);
    await people.migrate();
    await suite.eventually(async () => {
      const { records } = await people.query({ index: "byName", partition: "A 1" });
      expect(records).toEqual([{ id: idOf(1), name: "A 1", born: 0 }]);
    });
  });

  testScan("an empty collection is migrated at once", async () => {
    const { people } = await peopleOf(0);
    const result = await people.migrate();
    expect(result).toMatchObject({ examined: 0, migrated: 0, failed: 0 });
    expect(result.position).toBeUndefined();
  });

  test.each([0, 1001, 1.5])("a batch of %s records is refused", async (batchSize) => {
    const people = new Third(suite.database(), { collection: suite.freshName() });
    await expect(people.migrate({ batchSize })).rejects.toMatchObject({ code: "invalid_argument" });
  });
}
