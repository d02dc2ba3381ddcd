import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { z } from "zod";
import { Repository } from "../repository/repository.ts";
import { aNote, Note, type Suite } from "./suite.ts";

const count = z.codec(z.string().regex(/^-?\d+$/), z.int(), {
  decode: (text) => Number(text),
  encode: (value) => String(value),
});

const CodedRepository = Repository({
  name: "coded",
  schema: z.object({ id: count, active: z.stringbool(), n: z.number() }),
  key: ["id"],
  indexes: { byActive: { partition: "active", sort: "n" } },
});

const TidyRepository = Repository({
  name: "tidy",
  schema: z.object({
    email: z.string().trim().toLowerCase(),
    part: z.url().optional(),
    town: z.string().normalize().toUpperCase().min(2),
    name: z.string().trim().toLowerCase().min(3),
  }),
  key: ["email", "town"],
  indexes: { byTown: { partition: "town", sort: "name" }, byPart: { partition: "part" } },
});

const LooseRepository = Repository({
  name: "loose",
  schema: Note.extend({ text: z.union([z.string(), z.undefined()]) }),
  key: ["noteId"],
  indexes: { byText: { partition: "text", sort: "count" } },
});

/** Records are found by the values they were stored with, and what cannot be read again is not stored. */
export function describeForms(suite: Suite): void {
  const testQuery = suite.testWith("queries");

  test("a key that is a codec finds its record in every operation", async () => {
    const coded = new CodedRepository(suite.database(), { collection: suite.freshName() });
    const record = { id: 12, active: true, n: 1 };
    const { revision } = await coded.create(record);
    expect(await coded.get(12)).toEqual(record);
    expect(await coded.get({ id: 12 })).toEqual(record);
    expect(await coded.getMany([12, 13])).toEqual([record, undefined]);
    await expect(coded.create(record)).rejects.toMatchObject({ code: "already_exists" });
    await coded.update(12, (stored) => ({ ...stored, n: 2 }));
    await expect(coded.delete(12, { revision })).rejects.toMatchObject({ code: "aborted" });
    await coded.delete(record);
    expect(await coded.get(12)).toBeUndefined();
    for (const key of ["12", "x", 1.5, null]) {
      await expect(coded.get(key as never)).rejects.toMatchObject({
        code: "invalid_argument",
        details: { errors: [expect.objectContaining({ path: "id" })] },
      });
    }
  });

  testQuery("a partition that is a codec finds its records", async () => {
    const coded = new CodedRepository(suite.database(), { collection: suite.freshName() });
    for (const id of [1, 2, 3]) await coded.put({ id, active: id !== 2, n: id });
    await suite.eventually(async () => {
      const query = { index: "byActive", partition: true } as const;
      expect((await coded.query(query)).records.map(({ id }) => id)).toEqual([1, 3]);
      expect(await coded.count({ ...query, after: 1 })).toBe(1);
      expect(await coded.count({ index: "byActive", partition: false })).toBe(1);
    });
    const querying = coded.query({ index: "byActive", partition: "true" as never });
    await expect(querying).rejects.toMatchObject({ code: "invalid_argument" });
  });

  test("a key that its schema normalizes finds its record in every spelling", async () => {
    const tidy = new TidyRepository(suite.database(), { collection: suite.freshName() });
    const { record } = await tidy.create({
      email: " Ann@X.example ",
      town: "u\u0308n",
      name: "Ann",
    });
    expect(record).toEqual({ email: "ann@x.example", town: "ÜN", name: "ann" });
    for (const [email, town] of [
      ["ann@x.example", "ÜN"],
      [" ANN@x.example", "ün"],
      ["Ann@X.example\t", "U\u0308N"],
    ] as const) {
      expect(await tidy.get({ email, town })).toEqual(record);
    }
    expect(await tidy.get({ email: "ann@x.example", town: "u" })).toBeUndefined();
    await tidy.delete({ email: "ANN@X.EXAMPLE", town: "ün" });
    expect(await tidy.get(record)).toBeUndefined();
  });

  testQuery("partitions, bounds and prefixes are normalized as the records were", async () => {
    const tidy = new TidyRepository(suite.database(), { collection: suite.freshName() });
    const part = "https://x.example/a";
    for (const name of ["Foo bar ", " FOOBAR", "Zoe", "Ann"]) {
      await tidy.put({ email: randomUUID(), town: "ulm", name, part: ` ${part} ` });
    }
    const names = async (bounds: object): Promise<string[]> => {
      const query = { index: "byTown", partition: "ulm", ...bounds } as const;
      return (await tidy.query(query)).records.map(({ name }) => name);
    };
    await suite.eventually(async () => {
      expect(await names({})).toEqual(["ann", "foo bar", "foobar", "zoe"]);
      expect(await names({ from: " FOO BAR", to: "ZOE " })).toEqual(["foo bar", "foobar", "zoe"]);
      expect(await names({ after: "ANN", before: "Zoe" })).toEqual(["foo bar", "foobar"]);
      // Shorter than any value can be, but a valid bound.
      expect(await names({ from: "Z" })).toEqual(["zoe"]);
      expect(await names({ prefix: "FOO" })).toEqual(["foo bar", "foobar"]);
      expect(await names({ prefix: "Foo " })).toEqual(["foo bar"]);
      expect(await tidy.count({ index: "byPart", partition: `${part}\n` })).toBe(4);
    });
  });

  test("a record that could not be read again is refused before it is stored", async () => {
    const collection = suite.freshName();
    const database = suite.database();
    const loose = new LooseRepository(database, { collection });
    const good = { noteId: "a", count: 1, text: "precious" };
    await loose.create(good);
    const bad = { noteId: "a", count: 1, text: undefined };
    const refused = {
      code: "invalid_argument",
      details: { errors: [expect.objectContaining({ path: "text" })] },
    };
    await expect(loose.put(bad)).rejects.toMatchObject(refused);
    await expect(loose.replace(bad)).rejects.toMatchObject(refused);
    await expect(loose.create({ ...bad, noteId: "b" })).rejects.toMatchObject(refused);
    await expect(loose.update("a", () => bad)).rejects.toMatchObject(refused);
    const { action } = loose;
    for (const make of [action.put, action.create, action.replace]) {
      expect(() => make(bad)).toThrow(expect.objectContaining(refused));
    }
    expect(await loose.get("a")).toEqual(good);
    expect(await loose.get("b")).toBeUndefined();
  });

  test("optional fields are stored and read", async () => {
    const notes = suite.notes();
    const note = { ...aNote(), text: undefined, value: undefined };
    const { record } = await notes.put(note);
    expect(record).toEqual(await notes.get(note));
  });
}
