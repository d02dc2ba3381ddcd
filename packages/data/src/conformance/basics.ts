import { expect, test } from "vitest";
import { z } from "zod";
import { Repository } from "../repository/repository.ts";
import { aNote, type Suite } from "./suite.ts";

/** Records are found as they were stored. */
export function describeBasics(suite: Suite): void {
  test("get of an absent record is undefined", async () => {
    expect(await suite.notes().get(aNote())).toBeUndefined();
  });

  test("getEntry of an absent record is undefined", async () => {
    expect(await suite.notes().getEntry(aNote())).toBeUndefined();
  });

  test("create stores a record", async () => {
    const note = aNote({ text: "first" });
    const entry = await suite.notes().create(note);
    expect(entry.record).toEqual(note);
    expect(await suite.notes().get(note.noteId)).toEqual(note);
  });

  test("a key is given bare or in an object", async () => {
    const note = aNote();
    await suite.notes().create(note);
    expect(await suite.notes().get(note.noteId)).toEqual(note);
    expect(await suite.notes().get({ noteId: note.noteId })).toEqual(note);
  });

  test("create of a stored key rejects with already_exists and changes nothing", async () => {
    const note = aNote({ text: "first" });
    await suite.notes().create(note);
    const second = suite.notes().create({ ...note, text: "second" });
    await expect(second).rejects.toMatchObject({ code: "already_exists" });
    expect(await suite.notes().get(note)).toEqual(note);
  });

  test("put stores a new record", async () => {
    const note = aNote();
    await suite.notes().put(note);
    expect(await suite.notes().get(note)).toEqual(note);
  });

  test("put replaces the whole record: fields left out are gone", async () => {
    const note = aNote({ text: "gone", value: { a: 1, b: 2 } });
    await suite.notes().put(note);
    const next = { noteId: note.noteId, count: 1, value: { a: 3 } };
    await suite.notes().put(next);
    expect(await suite.notes().get(note)).toEqual(next);
  });

  test("replace replaces the whole record: fields left out are gone", async () => {
    const note = aNote({ text: "gone", value: { a: 1, b: 2 } });
    await suite.notes().create(note);
    const next = { noteId: note.noteId, count: 1, value: { a: 3 } };
    await suite.notes().replace(next);
    expect(await suite.notes().get(note)).toEqual(next);
  });

  test("replace of an absent record rejects with not_found and stores nothing", async () => {
    const note = aNote();
    await expect(suite.notes().replace(note)).rejects.toMatchObject({ code: "not_found" });
    expect(await suite.notes().get(note)).toBeUndefined();
  });

  test("delete removes a record", async () => {
    const note = aNote();
    await suite.notes().create(note);
    await suite.notes().delete(note.noteId);
    expect(await suite.notes().get(note)).toBeUndefined();
  });

  test("delete of an absent record succeeds", async () => {
    await expect(suite.notes().delete(aNote())).resolves.toBeUndefined();
  });

  test("a deleted record can be created again", async () => {
    const note = aNote();
    await suite.notes().create(note);
    await suite.notes().delete(note);
    await suite.notes().create({ ...note, count: 2 });
    expect(await suite.notes().get(note)).toEqual({ ...note, count: 2 });
  });

  test("the same key in two collections is two records", async () => {
    const Other = Repository({
      name: "others",
      schema: z.object({ noteId: z.string(), colour: z.string() }),
      key: ["noteId"],
    });
    const others = new Other(suite.database(), { collection: suite.freshName() });
    const note = aNote();
    await suite.notes().create(note);
    await others.create({ noteId: note.noteId, colour: "red" });
    expect(await suite.notes().get(note)).toEqual(note);
    await others.delete(note.noteId);
    expect(await suite.notes().get(note)).toEqual(note);
  });
}
