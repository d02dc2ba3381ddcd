import { expect, test } from "vitest";
import { aNote, type Suite } from "./suite.ts";

/** The driver's own `get` of several keys, which repositories build on. */
export function describeBatches(suite: Suite): void {
  test("reading no keys returns no records", async () => {
    const collection = await suite.collection();
    expect(await collection.get([], {})).toEqual([]);
  });

  test("records come in the order of the keys, absent ones as undefined", async () => {
    const notes = suite.notes();
    const [first, second, absent] = [aNote({ count: 1 }), aNote({ count: 2 }), aNote()];
    await notes.create(first);
    await notes.create(second);
    const collection = await suite.collection();
    const keys = [second.noteId, absent.noteId, first.noteId, second.noteId];
    const found = await collection.get(keys, {});
    expect(found.map((stored) => stored?.data["count"])).toEqual([2, undefined, 1, 2]);
    expect(found.map((stored) => stored?.key)).toEqual([
      second.noteId,
      undefined,
      first.noteId,
      second.noteId,
    ]);
  });

  test("reads more keys than an engine takes at a time", async () => {
    const notes = suite.notes();
    const many = Array.from({ length: 230 }, (_, count) => aNote({ count }));
    await Promise.all(many.map((note) => notes.put(note)));
    const collection = await suite.collection();
    const found = await collection.get(
      many.map(({ noteId }) => noteId),
      {},
    );
    expect(found.map((stored) => stored?.data["count"])).toEqual(many.map(({ count }) => count));
  });

  test("sees what was just written", async () => {
    const notes = suite.notes();
    const collection = await suite.collection();
    const [one, two] = [aNote(), aNote()];
    for (let round = 0; round < 5; round += 1) {
      const { revision } = await notes.put(one);
      await notes.put(two);
      const [found] = await collection.get([one.noteId, two.noteId], {});
      expect(found?.revision).toBe(revision);
    }
  });
}
