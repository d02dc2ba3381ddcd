import { expect, test } from "vitest";
import { aNote, type Note, type Suite } from "./suite.ts";

type Box = { list: number[] };

const boxOf = (note: Note | undefined): Box => note?.value as Box;

/** No caller reaches into the store, or into another caller's record, through a record it holds. */
export function describeIsolation(suite: Suite): void {
  test("changing a record after it was written does not change the store", async () => {
    const notes = suite.notes();
    const note = aNote({ value: { list: [1] } });
    const entry = await notes.create(note);
    boxOf(note).list.push(2);
    expect(boxOf(entry.record).list).toEqual([1]);
    expect(boxOf(await notes.get(note)).list).toEqual([1]);
  });

  test("changing a record while it is written does not change the store", async () => {
    const notes = suite.notes();
    const note = aNote({ value: { list: [1] } });
    const writing = notes.put(note);
    boxOf(note).list.push(2);
    await writing;
    expect(boxOf(await notes.get(note)).list).toEqual([1]);
  });

  test("changing what a write returned does not change the store", async () => {
    const notes = suite.notes();
    const note = aNote({ value: { list: [1] } });
    boxOf((await notes.create(note)).record).list.push(2);
    expect(boxOf(await notes.get(note)).list).toEqual([1]);
    expect(boxOf(note).list).toEqual([1]);
  });

  test("changing what a read returned does not change the store", async () => {
    const notes = suite.notes();
    const note = aNote({ value: { list: [1] } });
    await notes.create(note);
    const [one, other] = await Promise.all([notes.get(note), notes.get(note)]);
    boxOf(one).list.push(2);
    expect(boxOf(other).list).toEqual([1]);
    expect(boxOf(await notes.get(note)).list).toEqual([1]);
  });

  test("changing the record of an update that fails does not change the store", async () => {
    const notes = suite.notes();
    const note = aNote({ value: { list: [1] } });
    await notes.create(note);
    const failing = notes.update(note, (current) => {
      boxOf(current).list.push(2);
      throw new RangeError("on purpose");
    });
    await expect(failing).rejects.toThrow(RangeError);
    expect(boxOf(await notes.get(note)).list).toEqual([1]);
  });

  test("the records of a batch share nothing, not even those of the same key", async () => {
    const note = aNote({ value: { list: [1] } });
    await suite.notes().create(note);
    const collection = await suite.collection();
    const [one, same] = await collection.get([note.noteId, note.noteId], {});
    const box = one?.data["value"] as Box | undefined;
    box?.list.push(2);
    expect(box?.list).toEqual([1, 2]);
    expect(same?.data["value"]).toEqual({ list: [1] });
  });
}
