import { expect, test } from "vitest";
import { anItem } from "./items.ts";
import { aNote, type Suite } from "./suite.ts";

/** `writeMany` is as many single writes, each with its own result. */
export function describeWriteMany(suite: Suite): void {
  test("applies every kind of write, and returns the results in order", async () => {
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
    const [moved, current, kept, another] = [aNote(), aNote(), aNote(), aNote()];
    const { revision } = await notes.create(stored);
    const last = await notes.put(stored);
    const { revision: stale } = await notes.create(moved);
    await notes.put({ ...moved, count: 1 });
    const { revision: fitting } = await notes.create(current);
    await notes.create(kept);
    const results = await notes.writeMany([
      notes.action.create(stored),
      notes.action.create(fresh),
      notes.action.replace(absent),
      notes.action.put(aNote(), { revision }),
      notes.action.put({ ...moved, count: 9 }, { revision: stale }),
      notes.action.replace({ ...current, count: 7 }, { revision: fitting }),
      notes.action.delete(kept, { revision: stale }),
      notes.action.put(another),
    ]);
    const codes = results.map((result) =>
      result.status === "rejected" ? (result.reason as { code: string }).code : "fulfilled",
    );
    expect(codes).toEqual([
      "already_exists",
      "fulfilled",
      "not_found",
      "aborted",
      "aborted",
      "fulfilled",
      "aborted",
      "fulfilled",
    ]);
    expect(await notes.getEntry(stored)).toEqual(last);
    const left = await notes.getMany([fresh, absent, moved, current, kept]);
    expect(left).toEqual([
      fresh,
      undefined,
      { ...moved, count: 1 },
      { ...current, count: 7 },
      kept,
    ]);
  });

  test("writes any number of records", async () => {
    const notes = suite.notes();
    const many = Array.from({ length: 260 }, (_, count) => aNote({ count }));
    const results = await notes.writeMany(many.map((note) => notes.action.create(note)));
    expect(results.every(({ status }) => status === "fulfilled")).toBe(true);
    expect(await notes.getMany(many)).toEqual(many);
    const entries = results.map((result) =>
      result.status === "fulfilled" ? result.value : undefined,
    );
    expect(entries.map((entry) => entry?.record)).toEqual(many);
    expect(new Set(entries.map((entry) => entry?.revision)).size).toBe(260);
  });

  test("an empty list does nothing", async () => {
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
