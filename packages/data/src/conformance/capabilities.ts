import { expect, test } from "vitest";
import { aShelf } from "./items.ts";
import { aNote, type Suite } from "./suite.ts";

/** What a driver declares is what it has, and what it has not is `unimplemented`. */
export function describeCapabilities(suite: Suite): void {
  const unimplemented = expect.objectContaining({
    code: "unimplemented",
    message: expect.stringContaining(" driver "),
  });

  test("the declared methods are there", async () => {
    const { capabilities } = suite.driver;
    const collection = await suite.itemCollection();
    const has = {
      queries: collection.query !== undefined,
      scan: collection.scan !== undefined,
      transactions: suite.driver.transact !== undefined,
    };
    const { queries, scan, transactions } = capabilities;
    expect(has).toEqual({ queries, scan, transactions });
  });

  /** The driver, or where it has the capability, a copy without. */
  const without = (capability: "queries" | "scan" | "transactions") =>
    suite.driver.capabilities[capability]
      ? suite.stripped({ capabilities: { [capability]: false } })
      : suite.driver;

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
