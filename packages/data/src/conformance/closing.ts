import { expect, test } from "vitest";
import { Database } from "../database/database.ts";
import type { Driver } from "../driver/driver.ts";
import { aNote, NoteRepository, type Notes, type Suite } from "./suite.ts";

// Some engines run in the process, and take as long as a server does to start.
const timeout = 120_000;

/** A driver whose calls are counted. */
function counted(driver: Driver): { readonly driver: Driver; readonly calls: () => number } {
  let calls = 0;
  const counting = <T extends object>(of: T, more: Partial<T> = {}): T =>
    new Proxy(of, {
      get: (target, name): unknown => {
        const value: unknown = Reflect.get(Object.hasOwn(more, name) ? more : target, name);
        if (typeof value !== "function") return value;
        return (...given: unknown[]): unknown => {
          calls += 1;
          return Reflect.apply(value, target, given) as unknown;
        };
      },
    });
  const of = counting(driver, {
    collection: (definition) => counting(driver.collection(definition)),
  });
  return { driver: of, calls: () => calls };
}

/** What can be asked of a database, by name. */
function callsOf(
  suite: Suite,
  database: Database,
  notes: Notes,
): Record<string, () => Promise<unknown>> {
  const note = aNote();
  const query = { index: "byText", partition: "a" } as const;
  return {
    get: () => notes.get(note),
    "get alone": () => notes.get(note, { coalesce: false }),
    getEntry: () => notes.getEntry(note),
    getMany: () => notes.getMany([note, aNote()]),
    "getMany of nothing": () => notes.getMany([]),
    create: () => notes.create(note),
    put: () => notes.put(note),
    replace: () => notes.replace(note, { revision: "r" }),
    delete: () => notes.delete(note),
    update: () => notes.update(note, (current) => current),
    writeMany: () => notes.writeMany([notes.action.put(note)]),
    "writeMany of nothing": () => notes.writeMany([]),
    open: () => notes.open(),
    ping: () => database.ping(),
    ...(suite.can("queries") && {
      query: () => notes.query(query),
      each: () => notes.each(query)[Symbol.asyncIterator]().next(),
      count: () => notes.count(query),
    }),
    ...(suite.can("scan") && { migrate: () => notes.migrate() }),
    ...(suite.can("transactions") && {
      transact: () => database.transact([notes.action.put(note)]),
      "transact nothing": () => database.transact([]),
    }),
  };
}

const closed = {
  code: "unavailable",
  message: expect.stringMatching(/: the database is closed\.$/) as unknown,
};

/** What becomes of calls when a database is closed. Each test has a driver of its own. */
export function describeClosing(suite: Suite): void {
  const open = async (driver: Driver): Promise<{ database: Database; notes: Notes }> => {
    const database = new Database(driver, { ensureSchema: true });
    const notes = new NoteRepository(database, { collection: suite.freshName() });
    await notes.open();
    return { database, notes };
  };

  test("afterwards every call rejects at once, in one sentence", { timeout }, async () => {
    const { driver, calls } = counted(await suite.options.createDriver());
    const { database, notes } = await open(driver);
    const note = aNote();
    await notes.put(note);
    expect(await notes.get(note)).toEqual(note);
    await Promise.all([database.close(), database.close()]);
    const before = calls();
    for (const [name, call] of Object.entries(callsOf(suite, database, notes))) {
      await expect(call(), name).rejects.toMatchObject(closed);
    }
    expect(calls(), "nothing is sent").toBe(before);
    await database.close();
  });

  test(
    "what was sent before is answered, or rejects as what comes after",
    { timeout },
    async () => {
      const { database, notes } = await open(await suite.options.createDriver());
      const stored = aNote();
      await notes.put(stored);
      const underWay = [
        ...Array.from({ length: 30 }, () => notes.put(aNote())),
        ...Array.from({ length: 30 }, () => notes.get(stored, { coalesce: false })),
        ...Array.from({ length: 30 }, () =>
          notes.update(stored, (current) => ({ ...current, count: current.count + 1 })),
        ),
        ...(database.driver.transact !== undefined
          ? Array.from({ length: 10 }, () => database.transact([notes.action.put(aNote())]))
          : []),
      ];
      const outcomes = Promise.allSettled<unknown>(underWay);
      await notes.get(stored);
      await database.close();
      for (const outcome of await outcomes) {
        if (outcome.status === "rejected") expect(outcome.reason).toMatchObject(closed);
      }
      await expect(notes.get(stored)).rejects.toMatchObject(closed);
    },
  );
}
