import { createContext, runWithContext } from "@plinth/core";
import { DeclarationError, NotFoundError, type ServiceError } from "@plinth/core/errors";
import { Database, type Driver, type DriverCollection, Repository } from "@plinth/data";
import { memoryDriver } from "@plinth/data/memory";
import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { aNote, NoteRepository } from "../src/conformance/suite.ts";

/** The memory driver with some methods of its collections replaced. */
function alteredDriver(
  alter: (collection: DriverCollection) => Partial<DriverCollection>,
  errorCode: Driver["errorCode"] = () => undefined,
): Driver {
  const memory = memoryDriver();
  return {
    ...memory,
    errorCode,
    collection: (definition) => {
      const collection = memory.collection(definition);
      return {
        get: (keys, options) => collection.get(keys, options),
        write: (action, options) => collection.write(action, options),
        ...alter(collection),
      };
    },
  };
}

const notesOn = (driver: Driver) => new NoteRepository(new Database(driver));
const caught = (call: Promise<unknown>): Promise<Error> =>
  call.then(
    () => new Error("resolved"),
    (error: Error) => error,
  );

describe("errors", () => {
  test("name the repository, the operation and the key for the log", async () => {
    const error = await caught(notesOn(memoryDriver()).replace(aNote({ noteId: "n1" })));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error.message).toBe("There is no such record.");
    expect(error).toMatchObject({
      internalDetails: { operation: 'Repository "notes", replace "n1"' },
    });
  });

  test("do not carry a key of any length whole", async () => {
    const noteId = "😀".repeat(250);
    const error = await caught(notesOn(memoryDriver()).replace(aNote({ noteId })));
    const { operation } = (error as ServiceError).internalDetails as { operation: string };
    expect(operation.length).toBeLessThan(200);
    expect(operation.isWellFormed()).toBe(true);
  });

  test("of the driver are wrapped once, with the code it maps them to", async () => {
    const raw = new Error("raw");
    const driver = alteredDriver(
      () => ({ get: () => Promise.reject(raw) }),
      (error) => (error === raw ? "data_loss" : undefined),
    );
    const error = await caught(notesOn(driver).get("n1"));
    expect(error).toMatchObject({ code: "data_loss", cause: raw });
    expect(error).toMatchObject({ internalDetails: { operation: 'Repository "notes", get "n1"' } });
    expect(error.message).not.toContain("raw");
  });

  test.each([
    "permission_denied",
    "unauthenticated",
    "not_found",
    "invalid_argument",
    "failed_precondition",
    undefined,
  ] as const)("that blame the service itself (%s) are internal to its callers", async (code) => {
    const driver = alteredDriver(
      () => ({ write: () => Promise.reject(new Error("raw")) }),
      () => code,
    );
    const error = await caught(notesOn(driver).create(aNote()));
    expect(error).toMatchObject({
      code: "internal",
      internalDetails: { driver: "memory", driverCode: code ?? "unknown" },
    });
  });
});

describe("a write that is uncertain", () => {
  const uncertain = (collection: DriverCollection, isApplied: boolean) => ({
    write: async (...call: Parameters<DriverCollection["write"]>) => {
      if (isApplied) await collection.write(...call);
      return "uncertain" as const;
    },
  });

  test("counts as applied when the stored revision is its own", async () => {
    const notes = notesOn(alteredDriver((collection) => uncertain(collection, true)));
    const note = aNote();
    const entry = await notes.create(note);
    expect(await notes.getEntry(note)).toEqual(entry);
  });

  test("counts as refused otherwise", async () => {
    const notes = notesOn(alteredDriver((collection) => uncertain(collection, false)));
    await expect(notes.create(aNote())).rejects.toMatchObject({ code: "already_exists" });
    await expect(notes.replace(aNote())).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("a driver that never answers", () => {
  const silent = alteredDriver(() => ({ get: () => new Promise(() => undefined) }));

  test("is not waited for beyond the deadline", async () => {
    const context = createContext({ deadline: Date.now() + 20 });
    const call = runWithContext(context, () => notesOn(silent).get("n1"));
    await expect(call).rejects.toMatchObject({ code: "deadline_exceeded" });
  });

  test("is not waited for once the signal is aborted", async () => {
    const controller = new AbortController();
    const context = createContext({ signal: controller.signal });
    const call = runWithContext(context, () => notesOn(silent).get("n1"));
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: "cancelled" });
  });
});

test("an engine that reports a contended write makes update try again", async () => {
  const contended = new Error("contended");
  let failures = 2;
  const driver = alteredDriver(
    (collection) => ({
      write: (...call) => {
        if (call[0].condition.kind === "revision" && failures > 0) {
          failures -= 1;
          return Promise.reject(contended);
        }
        return collection.write(...call);
      },
    }),
    (raw) => (raw === contended ? "aborted" : undefined),
  );
  const notes = notesOn(driver);
  const note = aNote();
  await notes.create(note);
  const entry = await notes.update(note, (current) => ({ ...current, count: current.count + 1 }));
  expect(entry.record.count).toBe(1);
  expect(failures).toBe(0);
});

describe("a declaration", () => {
  const Thing = z.object({ thingId: z.string(), size: z.number(), name: z.string().optional() });

  test("types the records and the keys", () => {
    class ThingRepository extends Repository({ name: "things", schema: Thing, key: ["thingId"] }) {}
    class PartRepository extends Repository({
      name: "parts",
      schema: Thing,
      key: ["thingId", "size"],
    }) {}
    expectTypeOf<ThingRepository["get"]>()
      .parameter(0)
      .toEqualTypeOf<string | Readonly<Pick<z.infer<typeof Thing>, "thingId">>>();
    expectTypeOf<ThingRepository["get"]>().returns.resolves.toEqualTypeOf<
      z.infer<typeof Thing> | undefined
    >();
    expectTypeOf<PartRepository["get"]>()
      .parameter(0)
      .toEqualTypeOf<Readonly<Pick<z.infer<typeof Thing>, "thingId" | "size">>>();
    // @ts-expect-error an optional field cannot be part of a key
    expect(() => Repository({ name: "bad", schema: Thing, key: ["name"] })).not.toThrow();
    expect(PartRepository.definition.key).toEqual(["thingId", "size"]);
  });

  test("one key field is named with or without a list", async () => {
    class ThingRepository extends Repository({ name: "things", schema: Thing, key: "thingId" }) {}
    expectTypeOf<ThingRepository["get"]>()
      .parameter(0)
      .toEqualTypeOf<string | Readonly<Pick<z.infer<typeof Thing>, "thingId">>>();
    // @ts-expect-error an optional field cannot be a key
    expect(() => Repository({ name: "bad", schema: Thing, key: "name" })).not.toThrow();
    expect(ThingRepository.definition.key).toEqual(["thingId"]);
    const things = new ThingRepository(new Database(memoryDriver()));
    await things.create({ thingId: "a", size: 1 });
    expect(await things.get("a")).toEqual(await things.get({ thingId: "a" }));
    const wrong = { name: "bad", schema: Thing, key: "" } as never;
    expect(() => Repository(wrong)).toThrow(/the key has the field "", which is not in the schema/);
    expect(() => Repository({ name: "bad", schema: Thing, key: 7 } as never)).toThrow(
      /needs a key, a field or a list of fields/,
    );
  });

  test("types what an index is asked for", async () => {
    const Sized = Repository({
      name: "things",
      schema: Thing,
      key: ["thingId"],
      indexes: { bySize: { partition: "name", sort: "size" }, all: {} },
    });
    const database = new Database(memoryDriver());
    const things = new Sized(database);
    await things.query({ index: "bySize", partition: "a", from: 1, limit: 5 });
    await things.query({ index: "all" });
    // @ts-expect-error the partition is text; a number finds nothing
    expect((await things.query({ index: "bySize", partition: 1 })).records).toEqual([]);
    const refused = [
      // @ts-expect-error the index is not declared
      () => things.query({ index: "byNothing" }),
      // @ts-expect-error the index has a partition
      () => things.query({ index: "bySize" }),
      // @ts-expect-error the index sorts by a number
      () => things.query({ index: "bySize", partition: "a", from: "x", prefix: "y" }),
      // @ts-expect-error the index has no field to sort by
      () => things.count({ index: "all", from: 1 }),
      // @ts-expect-error a bare repository has no index
      () => new (Repository({ name: "bare", schema: Thing, key: ["thingId"] }))(database).query({}),
    ];
    for (const call of refused) {
      await expect(call()).rejects.toMatchObject({ code: "invalid_argument" });
    }
    const results = await database.transact([
      things.action.create({ thingId: "t", size: 1 }),
      things.action.delete("u"),
    ]);
    expectTypeOf(results[0].record.size).toEqualTypeOf<number>();
    expectTypeOf(results[1]).toEqualTypeOf<undefined>();
  });

  test("may use codecs: stored form and used form differ", async () => {
    const At = z.codec(z.iso.datetime(), z.date(), {
      decode: (text) => new Date(text),
      encode: (date) => date.toISOString(),
    });
    const Event = Repository({
      name: "events",
      schema: z.object({ id: z.string(), at: At }),
      key: ["id"],
    });
    const driver = memoryDriver();
    const events = new Event(new Database(driver));
    const event = { id: "e1", at: new Date(5) };
    expect((await events.create(event)).record).toEqual(event);
    expect(await events.get("e1")).toEqual(event);
    const [stored] = await driver
      .collection({ name: "events", indexes: [], expires: false })
      .get(["e1"], {});
    expect(stored?.data).toEqual({ id: "e1", at: "1970-01-01T00:00:00.005Z" });
  });

  test("with a one-way transform says what to use in its place", async () => {
    const Shouted = Repository({
      name: "shouted",
      schema: z.object({ id: z.string().transform((id) => id.toUpperCase()) }),
      key: ["id"],
    });
    const error = await caught(new Shouted(new Database(memoryDriver())).create({ id: "a" }));
    expect(error).toMatchObject({ code: "internal", message: expect.stringContaining("z.codec") });
  });

  test.each([
    ["a key that is not in the schema", { key: ["nope"] }, /nope/],
    ["an empty key", { key: [] }, /at least one/],
    ["a key field named twice", { key: ["thingId", "thingId"] }, /twice/],
    ["an index of no field", { indexes: { by: { partition: "nope" } } }, /nope/],
    [
      "an index sorted by no field",
      { indexes: { by: { partition: "name", sort: "nope" } } },
      /nope/,
    ],
    ["a name of an index with a space", { indexes: { "by name": {} } }, /by name/],
    ["an expiry by no field", { expires: "nope" }, /nope/],
    ["a version of 0", { version: 0 }, /whole number/],
    ["an upcaster beyond its version", { version: 2, upcasters: { 2: () => ({}) } }, /nowhere/],
    ["a reserved field name", { schema: z.object({ thingId: z.string(), _a: z.string() }) }, /_a/],
  ])("with %s is refused", (_name, part, message) => {
    const declaration = { name: "things", schema: Thing, key: ["thingId"] as const, ...part };
    expect(() => Repository(declaration as never)).toThrow(message);
    expect(() => Repository(declaration as never)).toThrow(DeclarationError);
  });

  test("cannot share a collection with another one, which would overwrite its records", () => {
    const database = new Database(memoryDriver());
    const Other = Repository({ name: "notes", schema: Thing, key: ["thingId"] });
    expect(new NoteRepository(database)).toBeDefined();
    expect(new NoteRepository(database)).toBeDefined();
    expect(() => new Other(database)).toThrow(/another repository/);
    expect(new Other(database, { collection: "other" })).toBeDefined();
  });

  test.each(["a/b", "ab", "", "__a__", "a b", "x".repeat(256)])(
    "cannot have the collection %j",
    (collection) => {
      const make = () => new NoteRepository(new Database(memoryDriver()), { collection });
      expect(make).toThrow(DeclarationError);
    },
  );

  const Text = z.codec(z.string(), z.number(), { decode: Number, encode: String });

  test.each([
    ["the index that sorts by a codec", { n: Text }, { by: { sort: "n" } }, /"n"/],
    ["the index that sorts by z.stringbool()", { n: z.stringbool() }, { by: { sort: "n" } }, /"n"/],
    ["a codec that is optional", { n: Text.optional() }, { by: { sort: "n" } }, /"n"/],
  ] as const)("is refused for %s", (_name, fields, indexes, message) => {
    const schema = z.object({ id: z.string(), ...fields });
    const declare = () => Repository({ name: "docs", schema, key: ["id"], indexes } as never);
    expect(declare).toThrow(DeclarationError);
    expect(declare).toThrow(message);
  });

  test("is refused for a field that its schema changes, in one way or another", () => {
    const [one, other] = [z.string().trim(), z.string().toLowerCase()];
    const part = (kind: string, id: z.ZodString) => z.object({ kind: z.literal(kind), id });
    const declare = (schema: unknown) => () =>
      Repository({ name: "docs", schema, key: ["id"] } as never);
    expect(declare(z.union([part("a", one), part("b", other)]))).toThrow(/"id"/);
    expect(declare(z.union([part("a", one), part("b", one)]))).not.toThrow();
    const plain = z.union([part("a", z.string().min(2)), part("b", z.string().max(9))]);
    expect(declare(plain)).not.toThrow();
  });

  test("of a schema that changes records as a whole refuses what would be lost", async () => {
    const Shouting = z
      .object({ id: z.string(), n: z.number() })
      .overwrite((doc) => ({ ...doc, id: doc.id.toUpperCase() }));
    const Docs = Repository({ name: "docs", schema: Shouting, key: ["id"] });
    const docs = new Docs(new Database(memoryDriver()));
    await docs.put({ id: "A", n: 1 });
    expect(await docs.get("A")).toEqual({ id: "A", n: 1 });
    await expect(docs.put({ id: "a", n: 2 })).rejects.toMatchObject({
      code: "invalid_argument",
      details: { errors: [{ path: "id" }] },
    });
    expect(await docs.get("A")).toEqual({ id: "A", n: 1 });
  });

  test.each([
    ["is no object", undefined],
    ["has no schema", { name: "docs", key: ["id"] }],
    ["has a schema of another kind", { name: "docs", key: ["id"], schema: {} }],
    ["has no key", { name: "docs", schema: Thing }],
    ["has no name", { schema: Thing, key: ["thingId"] }],
    ["has a name of two letters", { name: "kv", schema: Thing, key: ["thingId"] }],
    [
      "has an index that is none",
      { name: "docs", schema: Thing, key: ["thingId"], indexes: { by: null } },
    ],
  ])("that %s is a DeclarationError", (_name, declaration) => {
    expect(() => Repository(declaration as never)).toThrow(DeclarationError);
  });
});

test("closing twice closes the driver once", async () => {
  let closed = 0;
  const database = new Database({
    ...memoryDriver(),
    close: async () => {
      closed += 1;
    },
  });
  await Promise.all([database.close(), database.close()]);
  expect(closed).toBe(1);
});

describe("pages", () => {
  const Thing = z.object({ id: z.string(), size: z.number() });
  class ThingRepository extends Repository({
    name: "things",
    schema: Thing,
    key: "id",
    indexes: { bySize: { sort: "size" } },
  }) {}
  const records = [1, 2, 3].map((size) => ({ id: `t${size}`, size }));
  const aPage = async (limit: number) => {
    const things = new ThingRepository(new Database(memoryDriver()));
    for (const record of records) await things.create(record);
    return things.query({ index: "bySize", limit });
  };

  test("their records are those of their entries, made once", async () => {
    const page = await aPage(10);
    expect(page.entries.map(({ record }) => record)).toEqual(records);
    expect(page.records).toEqual(records);
    expect(page.records).toBe(page.records);
    expect(page.records[0]).toBe(page.entries[0]?.record);
    expect(Object.keys(page)).toEqual(["entries", "records"]);
  });

  test("copies of them have the records as well", async () => {
    const page = await aPage(2);
    const { cursor, ...others } = page;
    expect(cursor).toEqual(expect.any(String));
    expect({ ...page }.records).toEqual(records.slice(0, 2));
    expect(others.records).toEqual(records.slice(0, 2));
    expect(JSON.parse(JSON.stringify(page))).toEqual({ ...page });
    expect(structuredClone(page)).toEqual({ ...page });
  });
});

test("what is no database is a wrong declaration", () => {
  expect(() => new NoteRepository(memoryDriver() as never)).toThrow(DeclarationError);
});

test.each([0, 1.5, Number.NaN, "2"])("%s attempts of a database are a wrong option", (attempts) => {
  const make = () => new Database(memoryDriver(), { attempts: attempts as number });
  expect(make).toThrow(DeclarationError);
  expect(make).toThrow(/^Database: attempts must be a whole number of at least 1, not /);
});
