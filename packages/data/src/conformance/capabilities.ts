import { expect, test } from "vitest";
import { aShelf } from "./items.ts";
import { aNote, type Suite } from "./suite.ts";

/** What a driver declares, it has. What it does not declare is `unimplemented`, even if a method exists. */
export function describeCapabilities(suite: Suite): void {
  const unimplemented = expect.objectContaining({
    code: "unimplemented",
    message: expect.stringContaining(" driver "),
  });

  test("every declared capability has its method", async () => {
    const { queries, scan, transactions } = suite.driver.capabilities;
    const collection = await suite.itemCollection();
    const missing = [
      ...(queries && collection.query === undefined ? ["query"] : []),
      ...(scan && collection.scan === undefined ? ["scan"] : []),
      ...(transactions && suite.driver.transact === undefined ? ["transact"] : []),
    ];
    expect(missing).toEqual([]);
  });

  /** The driver without a capability, its methods left where they are. */
  const without = (capability: "queries" | "scan" | "transactions") =>
    suite.changed({ capabilities: { [capability]: false } });

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
