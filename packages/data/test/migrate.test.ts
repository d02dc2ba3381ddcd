import { Database, type Driver, type ScanPage, Repository } from "@plinth/data";
import { memoryDriver } from "@plinth/data/memory";
import { expect, test } from "vitest";
import { z } from "zod";

const schema = z.object({ id: z.string(), name: z.string() });
const key = ["id"] as const;
const Old = Repository({ name: "people", schema, key });

test("an upcaster that alters a key is reported, and nothing is written", async () => {
  const driver = memoryDriver();
  const old = new Old(new Database(driver));
  for (const id of ["a", "b", "c"]) await old.create({ id, name: id });
  const New = Repository({
    name: "people",
    schema,
    key,
    version: 2,
    upcasters: { 1: (data) => (data["id"] === "b" ? { ...data, id: "x" } : data) },
  });
  const people = new New(new Database(driver));
  const before = await old.getEntry("b");
  const faults: [string, string][] = [];
  const result = await people.migrate({
    onFault: (which, { code }) => void faults.push([which, code]),
  });
  expect(result).toMatchObject({ examined: 3, migrated: 2, failed: 1 });
  expect(faults).toEqual([['"b"', "invalid_argument"]]);
  expect(await people.getMany(["x", "a", "c"])).toEqual([
    undefined,
    { id: "a", name: "a" },
    { id: "c", name: "c" },
  ]);
  expect(await old.getEntry("b")).toEqual(before);
});

test("a scan that leads no further ends the migration", async () => {
  const memory = memoryDriver();
  const driver: Driver = {
    ...memory,
    collection: (definition) => {
      const collection = memory.collection(definition);
      const scan = collection.scan?.bind(collection);
      return Object.assign(collection, {
        scan: (): Promise<ScanPage> | undefined => scan?.({ limit: 2 }, {}),
      });
    },
  };
  const people = new Old(new Database(driver));
  for (const id of ["a", "b", "c"]) await people.create({ id, name: id });
  await expect(people.migrate()).rejects.toMatchObject({ code: "internal" });
});
