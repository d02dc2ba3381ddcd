import { expect, test } from "vitest";
import { anItem } from "./items.ts";
import { aNote, type Suite } from "./suite.ts";

/** `writeMany` is as many single writes, each with its own end. */
export function describeWriteMany(suite: Suite): void {
  test("applies every kind of write, and tells each one's result in order", async () => {
    const notes = suite.notes();
    const [created, put, replaced, removed] = [aNote(), aNote(), aNote(), aNote()];
    await notes.create(replaced);
    await notes.create(removed);
    const results = await notes.writeMany([
      notes.action.create({ ...created, count: 1 }),
      notes.action.put({ ...put, count: 2 }),
      notes.action.replace({ ...replaced, count: 3 }),
      notes.action.delete(removed),
      notes.action.delete(aNote()),
    ]);
    expect(results.slice(3)).toEqual([
      { status: "fulfilled", value: undefined },
      { status: "fulfilled", value: undefined },
    ]);
    for (const [index, note] of [created, put, replaced].entries()) {
      const entry = await notes.getEntry(note);
      expect(entry?.record.count).toBe(index + 1);
      expect(results[index]).toEqual({ status: "fulfilled", value: entry });
    }
    expect(await notes.get(removed)).toBeUndefined();
  });

  test("a write that fails leaves the others alone", async () => {
    const notes = suite.notes();
    const [stored, fresh, absent] = [aNote(), aNote(), aNote()];
    const { revision } = await notes.create(stored);
    const current = await notes.put(stored);
    const results = await notes.writeMany([
      notes.action.create(stored),
      notes.action.create(fresh),
      notes.action.replace(absent),
      notes.action.put(aNote(), { revision }),
    ]);
    const codes = results.map((result) =>
      result.status === "rejected" ? (result.reason as { code: string }).code : "fulfilled",
    );
    expect(codes).toEqual(["already_exists", "fulfilled", "not_found", "aborted"]);
    expect(await notes.getEntry(stored)).toEqual(current);
    expect(await notes.getMany([fresh, absent])).toEqual([fresh, undefined]);
  });

  test("writes any number of records", async () => {
    const notes = suite.notes();
    const many = Array.from({ length: 260 }, (_, count) => aNote({ count }));
    const results = await notes.writeMany(many.map((note) => notes.action.create(note)));
    expect(results.every(({ status }) => status === "fulfilled")).toBe(true);
    expect(await notes.getMany(many)).toEqual(many);
    const revisions = results.map((result) =>
      result.status === "fulfilled" ? result.value?.revision : undefined,
    );
    expect(new Set(revisions).size).toBe(260);
  });

  test("of nothing does nothing", async () => {
    expect(await suite.notes().writeMany([])).toEqual([]);
  });

  test("refuses two writes of one record, and writes nothing", async () => {
    const notes = suite.notes();
    const note = aNote();
    const writing = notes.writeMany([notes.action.put(note), notes.action.delete(note)]);
    await expect(writing).rejects.toMatchObject({ code: "invalid_argument" });
    expect(await notes.get(note)).toBeUndefined();
  });

  test("refuses checks, and actions of others", async () => {
    const database = suite.database();
    const notes = suite.notesOn(database);
    const items = suite.itemsOn(database);
    for (const action of [
      notes.action.check(aNote(), "absent"),
      items.action.create(anItem()) as never,
      suite.notes().action.create(aNote()),
    ]) {
      const writing = notes.writeMany([action]);
      await expect(writing).rejects.toMatchObject({ code: "invalid_argument" });
    }
  });
}
