import { expect, test } from "vitest";
import { aNote, type Suite } from "./suite.ts";

/** A write may demand the revision it was made from; a stale one is `aborted`. */
export function describeRevisions(suite: Suite): void {
  test("every write makes a new revision, and getEntry returns the last one", async () => {
    const notes = suite.notes();
    const note = aNote();
    const revisions = [
      (await notes.create(note)).revision,
      (await notes.put(note)).revision,
      (await notes.replace(note)).revision,
      (await notes.update(note, (current) => current)).revision,
    ];
    expect(new Set(revisions).size).toBe(4);
    expect((await notes.getEntry(note))?.revision).toBe(revisions.at(-1));
  });

  test("a record that was deleted and created again has another revision", async () => {
    const notes = suite.notes();
    const note = aNote();
    const first = await notes.create(note);
    await notes.delete(note);
    expect((await notes.create(note)).revision).not.toBe(first.revision);
  });

  for (const operation of ["put", "replace"] as const) {
    test(`${operation} at the stored revision applies`, async () => {
      const notes = suite.notes();
      const note = aNote({ text: "gone" });
      const { revision } = await notes.create(note);
      const next = { noteId: note.noteId, count: 1 };
      await notes[operation](next, { revision });
      expect(await notes.get(note)).toEqual(next);
    });

    test(`${operation} at a revision got from getEntry applies`, async () => {
      const notes = suite.notes();
      const note = aNote();
      await notes.create(note);
      const read = await notes.getEntry(note);
      const written = await notes[operation]({ ...note, count: 1 }, { revision: read?.revision });
      expect(await notes.getEntry(note)).toEqual(written);
    });

    test(`${operation} at a stale revision rejects with aborted and changes nothing`, async () => {
      const notes = suite.notes();
      const note = aNote();
      const { revision } = await notes.create(note);
      const current = await notes.put({ ...note, count: 1 });
      const stale = notes[operation]({ ...note, count: 2 }, { revision });
      await expect(stale).rejects.toMatchObject({ code: "aborted" });
      expect(await notes.getEntry(note)).toEqual(current);
    });

    test(`${operation} with a revision of an absent record rejects with aborted`, async () => {
      const notes = suite.notes();
      const note = aNote();
      const { revision } = await notes.create(note);
      await notes.delete(note);
      const late = notes[operation](note, { revision });
      await expect(late).rejects.toMatchObject({ code: "aborted" });
      expect(await notes.get(note)).toBeUndefined();
    });

    test(`${operation} with a made-up revision rejects with aborted`, async () => {
      const notes = suite.notes();
      const note = aNote();
      await notes.create(note);
      const foreign = notes[operation](note, { revision: "made up" });
      await expect(foreign).rejects.toMatchObject({ code: "aborted" });
    });
  }

  test("delete at the stored revision applies", async () => {
    const notes = suite.notes();
    const note = aNote();
    const { revision } = await notes.create(note);
    await notes.delete(note, { revision });
    expect(await notes.get(note)).toBeUndefined();
  });

  test("delete at a stale revision rejects with aborted and removes nothing", async () => {
    const notes = suite.notes();
    const note = aNote();
    const { revision } = await notes.create(note);
    await notes.put(note);
    await expect(notes.delete(note, { revision })).rejects.toMatchObject({ code: "aborted" });
    expect(await notes.get(note)).toEqual(note);
  });

  test("delete of an absent record with a revision rejects with aborted", async () => {
    const notes = suite.notes();
    const note = aNote();
    const { revision } = await notes.create(note);
    await notes.delete(note);
    await expect(notes.delete(note, { revision })).rejects.toMatchObject({ code: "aborted" });
  });

  test.each([
    ["empty", ""],
    ["a NUL", "\0"],
    ["endless", "x".repeat(5000)],
    ["made up", "__proto__"],
  ])("a revision that is %s matches no record", async (_name, revision) => {
    const notes = suite.notes();
    const note = aNote();
    await notes.create(note);
    await expect(notes.put(note, { revision })).rejects.toMatchObject({ code: "aborted" });
    await expect(notes.delete(note, { revision })).rejects.toMatchObject({ code: "aborted" });
    expect(await notes.get(note)).toEqual(note);
  });
}
