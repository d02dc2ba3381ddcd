import { Database } from "@plinth/data";
import { memoryDriver } from "@plinth/data/memory";
import { expect, test } from "vitest";
import { aNote, NoteRepository } from "../src/conformance/suite.ts";

test("a token is remembered for ten minutes", async () => {
  let now = 0;
  const database = new Database(memoryDriver({ clock: () => now }));
  const { action } = new NoteRepository(database);
  const note = aNote();
  const send = () => database.transact([action.create(note)], { token: "t" });
  await send();
  now = 10 * 60_000 - 1;
  await send();
  now = 10 * 60_000;
  await expect(send()).rejects.toMatchObject({ code: "already_exists" });
});

test("the engine refuses what was not declared, as the clouds do", async () => {
  const collection = memoryDriver().collection({ name: "notes", indexes: ["a"], expires: false });
  const query = { index: "b", partition: "p", order: "ascending", limit: 1 } as const;
  await expect(collection.query?.(query, {})).rejects.toThrow(/no index "b"/);
  const record = { key: "k", revision: "r", schemaVersion: 1, data: {} };
  const set = (more: object) =>
    collection.write(
      { kind: "set", record: { ...record, indexes: {}, ...more }, condition: { kind: "none" } },
      {},
    );
  await expect(set({ indexes: { b: { partition: "p", sort: "s" } } })).rejects.toThrow(/"b"/);
  await expect(set({ expiresAt: 5 })).rejects.toThrow(/not to end/);
  await expect(set({ key: "k".repeat(1025) })).rejects.toThrow(/key/);
  const long = "s".repeat(1025);
  await expect(set({ indexes: { a: { partition: "p", sort: long } } })).rejects.toThrow(/place/);
  expect(await collection.get(["k"], {})).toEqual([undefined]);
});
