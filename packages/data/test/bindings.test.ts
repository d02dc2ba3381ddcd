import { type Binding, createApp, service } from "@plinth/core";
import { bindRepository, Database, databaseBinding, type Driver, Repository } from "@plinth/data";
import { memoryDriver } from "@plinth/data/memory";
import { describe, expect, test } from "vitest";
import { z } from "zod";

class ThingConfig {
  readonly logLevel = "fatal";
  readonly thingsTable: string = "my-things";
}

class ThingRepository extends Repository({
  name: "things",
  schema: z.object({ thingId: z.string() }),
  key: ["thingId"],
}) {}

const bindThings = bindRepository(ThingRepository, [ThingConfig], ({ thingsTable }) => ({
  collection: thingsTable,
}));

function appOn(driver: Driver | Database) {
  return createApp({
    name: "things-test",
    config: new ThingConfig(),
    bindings: [databaseBinding([ThingConfig], () => driver), bindThings],
  });
}

test("a repository is bound to its class, and the database closed when the app stops", async () => {
  let isClosed = false;
  const driver: Driver = {
    ...memoryDriver(),
    close: async () => {
      isClosed = true;
    },
  };
  const app = appOn(driver);
  await app.start();
  await app.get(ThingRepository).create({ thingId: "a" });
  const stored = await driver
    .collection({ name: "my-things", indexes: [], expires: false })
    .get(["a"], {});
  expect(stored[0]?.data).toEqual({ thingId: "a" });
  expect(isClosed).toBe(false);
  await app.stop();
  expect(isClosed).toBe(true);
});

test("without options the collection is the repository's name", async () => {
  const driver = memoryDriver();
  const app = createApp({
    name: "things-test",
    config: new ThingConfig(),
    bindings: [databaseBinding([], () => new Database(driver)), bindRepository(ThingRepository)],
  });
  await app.start();
  await app.get(ThingRepository).create({ thingId: "a" });
  const stored = await driver
    .collection({ name: "things", indexes: [], expires: false })
    .get(["a"], {});
  expect(stored[0]).toBeDefined();
  await app.stop();
});

describe("at start", () => {
  const withSchema = (calls: string[]): Driver => {
    const memory = memoryDriver();
    return {
      ...memory,
      collection: (definition) =>
        Object.assign(memory.collection(definition), {
          ensureSchema: async () => void calls.push("ensure"),
          checkSchema: async () => {
            calls.push("check");
            return [`The table "${definition.name}" does not exist.`];
          },
        }),
    };
  };

  test("a missing table stops the app, naming it", async () => {
    const calls: string[] = [];
    const error: unknown = await appOn(withSchema(calls))
      .start()
      .catch((fault: unknown) => fault);
    expect(String(error)).toContain('The table "my-things" does not exist.');
    expect(calls).toEqual(["check"]);
  });

  test("a database that is told to creates it", async () => {
    const calls: string[] = [];
    const app = appOn(new Database(withSchema(calls), { ensureSchema: true }));
    await app.start();
    await app.get(ThingRepository).create({ thingId: "a" });
    expect(calls).toEqual(["ensure"]);
    await app.stop();
  });
});

describe("the check of an app's bindings names the function that binds", () => {
  class Docs extends Repository({
    name: "docs",
    schema: z.object({ id: z.string() }),
    key: ["id"],
  }) {}
  class User {
    readonly docs: Docs;
    readonly database: Database;
    constructor(docs: Docs, database: Database) {
      this.docs = docs;
      this.database = database;
    }
  }
  service(User, [Docs, Database]);
  const start = (...bindings: Binding[]): Promise<void> =>
    createApp({
      name: "docs",
      config: { logLevel: "fatal" },
      bindings: [(binder) => binder.bind(User).toClass(User), ...bindings],
    }).start();

  test("of a repository and of the database", async () => {
    await expect(start()).rejects.toThrow(
      /Fix: add bindRepository\(Docs\)[^]*Fix: add bindDatabase\(\.\.\.\) or bindCloudDatabase/,
    );
  });

  test("where they are bound by their class", async () => {
    const bound = start(
      (binder) => binder.bind(Docs).toClass(Docs),
      (binder) => binder.bind(Database).toClass(Database),
    );
    await expect(bound).rejects.toThrow(
      /write bindRepository\(Docs\) instead of bind\(Docs\)\.toClass\(Docs\)[^]*write bindDatabase/,
    );
  });
});
