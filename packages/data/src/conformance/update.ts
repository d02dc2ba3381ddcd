import { expect, test } from "vitest";
import { aNote, type Suite } from "./suite.ts";

/** `update` reads, changes and writes back, and never loses another writer's change. */
export function describeUpdate(suite: Suite): void {
  test("stores what the change returns", async () => {
    const notes = suite.notes();
    const note = aNote({ text: "gone" });
    await notes.create(note);
    const entry = await notes.update(note, ({ noteId, count }) => ({ noteId, count: count + 1 }));
    expect(entry.record).toEqual({ noteId: note.noteId, count: 1 });
    expect(await notes.getEntry(note)).toEqual(entry);
  });

  test("waits for a change that is asynchronous", async () => {
    const notes = suite.notes();
    const note = aNote();
    await notes.create(note);
    const change = async (current: typeof note): Promise<typeof note> => ({ ...current, count: 7 });
    await notes.update(note, change);
    expect((await notes.get(note))?.count).toBe(7);
  });

  test("of an absent record rejects with not_found, without calling the change", async () => {
    let calls = 0;
    const updating = suite.notes().update(aNote(), (current) => {
      calls += 1;
      return current;
    });
    await expect(updating).rejects.toMatchObject({ code: "not_found" });
    expect(calls).toBe(0);
  });

  test("rejects with what the change throws, and stores nothing", async () => {
    const notes = suite.notes();
    const note = aNote();
    const entry = await notes.create(note);
    const fault = new Error("on purpose");
    const updating = notes.update(note, () => {
      throw fault;
    });
    await expect(updating).rejects.toBe(fault);
    expect(await notes.getEntry(note)).toEqual(entry);
  });

  test("refuses a changed key", async () => {
    const notes = suite.notes();
    const note = aNote();
    await notes.create(note);
    const other = aNote();
    const updating = notes.update(note, () => other);
    await expect(updating).rejects.toMatchObject({ code: "invalid_argument" });
    expect(await notes.get(other)).toBeUndefined();
  });

  test("refuses a result that does not match the schema", async () => {
    const notes = suite.notes();
    const note = aNote();
    await notes.create(note);
    const updating = notes.update(note, (current) => ({ ...current, count: "1" as never }));
    await expect(updating).rejects.toMatchObject({ code: "invalid_argument" });
    expect(await notes.get(note)).toEqual(note);
  });

  test("starts again after another write in between", async () => {
    const notes = suite.notes();
    const other = suite.notes();
    const note = aNote();
    await notes.create(note);
    const seen: number[] = [];
    await notes.update(note, async (current) => {
      seen.push(current.count);
      if (seen.length === 1) await other.put({ ...current, count: 10 });
      return { ...current, count: current.count + 1 };
    });
    expect(seen).toEqual([0, 10]);
    expect((await notes.get(note))?.count).toBe(11);
  });

  test("rejects with not_found when the record is deleted in between", async () => {
    const notes = suite.notes();
    const note = aNote();
    await notes.create(note);
    const updating = notes.update(note, async (current) => {
      await suite.notes().delete(note);
      return current;
    });
    await expect(updating).rejects.toMatchObject({ code: "not_found" });
    expect(await notes.get(note)).toBeUndefined();
  });

  test("gives up with aborted when every attempt meets another writer", async () => {
    const notes = suite.notes();
    const note = aNote();
    await notes.create(note);
    let calls = 0;
    const updating = notes.update(
      note,
      async (current) => {
        calls += 1;
        await suite.notes().put({ ...current, count: 100 + calls });
        return { ...current, count: -1 };
      },
      { attempts: 3 },
    );
    await expect(updating).rejects.toMatchObject({ code: "aborted" });
    expect(calls).toBe(3);
    expect((await notes.get(note))?.count).toBe(103);
  });

  test("refuses to be called by its own change", async () => {
    const notes = suite.notes();
    const note = aNote();
    await notes.create(note);
    const updating = notes.update(note, async (current) => {
      await notes.update(note, (inner) => inner);
      return current;
    });
    await expect(updating).rejects.toMatchObject({ code: "internal" });
  });

  test("may update another record within its change", async () => {
    const notes = suite.notes();
    const note = aNote();
    const other = aNote();
    await notes.create(note);
    await notes.create(other);
    await notes.update(note, async (current) => {
      await notes.update(other, (inner) => ({ ...inner, count: 5 }));
      return { ...current, count: 6 };
    });
    expect((await notes.get(other))?.count).toBe(5);
    expect((await notes.get(note))?.count).toBe(6);
  });
}
