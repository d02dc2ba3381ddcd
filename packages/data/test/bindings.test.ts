import { type Binding, createApp, injectable } from "@plinth/core";
import {
  bindRepository,
  Database,
  bindDatabase,
  type DatabaseOptions,
  type Driver,
  Repository,
} from "@plinth/data";
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
    bindings: [bindDatabase([ThingConfig], () => driver), bindThings],
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
    bindings: [bindDatabase(() => new Database(driver)), bindRepository(ThingRepository)],
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

  class FirstRepository extends Repository({
    name: "first",
    schema: z.object({ id: z.string() }),
    key: ["id"],
  }) {}
  class SecondRepository extends Repository({
    name: "second",
    schema: z.object({ id: z.string() }),
    key: ["id"],
  }) {}

  /** Answers no check before all of them have come. */
  const untilAll = (count: number, missing: readonly string[] = []) => {
    const checked: string[] = [];
    let release = (): void => undefined;
    const all = new Promise<void>((resolve) => (release = resolve));
    const memory = memoryDriver();
    const driver: Driver = {
      ...memory,
      collection: (definition) =>
        Object.assign(memory.collection(definition), {
          checkSchema: async () => {
            checked.push(definition.name);
            if (checked.length === count) release();
            await all;
            return missing.includes(definition.name) ? [`No ${definition.name}.`] : [];
          },
        }),
    };
    const app = (options: DatabaseOptions = {}) =>
      createApp({
        name: "things-test",
        config: new ThingConfig(),
        bindings: [
          bindDatabase(() => new Database(driver, options)),
          bindThings,
          bindRepository(FirstRepository),
          bindRepository(SecondRepository),
        ],
      });
    return { app, checked };
  };

  test("all tables are checked side by side, each once", async () => {
    const { app, checked } = untilAll(3);
    const [one, other] = [app(), app()];
    await one.start();
    expect(checked.toSorted()).toEqual(["first", "my-things", "second"]);
    await one.stop();
    checked.length = 0;
    // The bindings serve any number of apps.
    await other.start();
    expect(checked).toHaveLength(3);
    await other.stop();
  });

  test("of several that are missing one stops the app, and nothing is left unhandled", async () => {
    const { app, checked } = untilAll(3, ["first", "second", "my-things"]);
    await expect(app().start()).rejects.toThrow(/No (first|second|my-things)\./);
    expect(checked).toHaveLength(3);
  });

  test("a start can do without", async () => {
    const { app, checked } = untilAll(3, ["first"]);
    const quick = app({ checkSchema: false });
    await quick.start();
    expect(checked).toEqual([]);
    await quick.get(FirstRepository).put({ id: "a" });
    await quick.stop();
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
  injectable(User, [Docs, Database]);
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
