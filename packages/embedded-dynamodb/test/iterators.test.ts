import { expect, onTestFinished, test, vi } from "vitest";
import { EmbeddedDatabase } from "../src/embedded-database.ts";
import type { LevelDatabase } from "../src/dynalite-modules.ts";

test("a query that stops before its end lets go of the data it looked at", async () => {
  const delays = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
  const database = await EmbeddedDatabase.open(delays, Date.now);
  onTestFinished(() => database.close());
  await database.act("CreateTable", {
    TableName: "things",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  });
  await vi.waitFor(() => database.table("things"));
  for (const id of ["a", "b", "c", "d"]) {
    await database.act("PutItem", { TableName: "things", Item: { id: { S: id } } });
  }
  const open = countOpenIterators(database.store.db);
  const page = await database.act("Scan", { TableName: "things", Limit: 1 });
  expect(page["Count"]).toBe(1);
  await expect.poll(() => open()).toEqual({ opened: 1, closed: 1 });
});

function countOpenIterators(db: LevelDatabase): () => { opened: number; closed: number } {
  const counts = { opened: 0, closed: 0 };
  const values = db.values.bind(db);
  db.values = (range) => {
    counts.opened++;
    const iterator = values(range) as AsyncIterable<unknown> & { close(): Promise<void> };
    const close = iterator.close.bind(iterator);
    let isClosed = false;
    iterator.close = () => {
      if (!isClosed) counts.closed++;
      isClosed = true;
      return close();
    };
    return iterator;
  };
  return () => counts;
}
