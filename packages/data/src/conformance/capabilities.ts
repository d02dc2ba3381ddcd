import { expect, test } from "vitest";
import type { Driver } from "../driver/driver.ts";
import { aShelf } from "./items.ts";
import { aNote, type Suite } from "./suite.ts";

/** Calls that need an optional method reject with `unimplemented` on a driver that leaves it out. */
export function describeCapabilities(suite: Suite): void {
  const unimplemented = expect.objectContaining({
    code: "unimplemented",
    message: expect.stringContaining(" driver "),
  });

  /** A copy of the driver without the methods for something. */
  const without = (ability: "queries" | "scan" | "transactions"): Driver => {
    if (ability === "transactions") {
      const { transact: _, ...others } = suite.stripped({});
      return others;
    }
    const method = ability === "queries" ? "query" : "scan";
    return suite.stripped({
      collection: (definition) => {
        const collection = suite.driver.collection(definition);
        return new Proxy(collection, {
          get(target, name) {
            const value: unknown = name === method ? undefined : Reflect.get(target, name);
            return typeof value === "function" ? (value.bind(target) as unknown) : value;
          },
        });
      },
    });
  };

  test("without queries, query, each and count reject", async () => {
    const items = suite.items({}, without("queries"));
    const query = { index: "byShelf", partition: aShelf() } as const;
    await expect(items.query(query)).rejects.toEqual(unimplemented);
    await expect(items.count(query)).rejects.toEqual(unimplemented);
    const first = items.each(query)[Symbol.asyncIterator]().next();
    await expect(first).rejects.toEqual(unimplemented);
  });

  test("without queries, records with indexes can be written", async () => {
    const items = suite.items({}, without("queries"));
    const item = { itemId: aShelf(), shelf: "a", rank: 1 };
    await items.create(item);
    expect(await items.get(item)).toEqual(item);
  });

  test("without transactions, transact rejects and writes nothing", async () => {
    const database = suite.database(without("transactions"));
    const notes = suite.notesOn(database);
    const note = aNote();
    const transacting = database.transact([notes.action.create(note)]);
    await expect(transacting).rejects.toEqual(unimplemented);
    expect(await notes.get(note)).toBeUndefined();
  });

  test("without a scan, migrate rejects", async () => {
    const migrating = suite.notes(without("scan")).migrate();
    await expect(migrating).rejects.toEqual(unimplemented);
  });
}
