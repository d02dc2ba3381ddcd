import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { alikeTexts, alikeToTheEnd } from "./alike.ts";
import { anItem } from "./items.ts";
import { aNote, type Note, type Suite } from "./suite.ts";

/** A transaction with a token is applied once, even if it is sent several times. */
export function describeTokens(suite: Suite): void {
  const testTransaction = suite.testWith("transactions");

  testTransaction("the same transaction is applied once, with the same result", async () => {
    const database = suite.database();
    const notes = suite.notesOn(database);
    const note = aNote();
    const token = randomUUID();
    const first = await database.transact([notes.action.create(note)], { token });
    const changed = await notes.put({ ...note, count: 1 });
    const second = await database.transact([notes.action.create(note)], { token });
    expect(second).toEqual(first);
    expect(await notes.getEntry(note)).toEqual(changed);
  });

  testTransaction("the result has the stored revision", async () => {
    const database = suite.database();
    const notes = suite.notesOn(database);
    const note = aNote();
    const token = randomUUID();
    await database.transact([notes.action.put(note)], { token });
    const [entry] = await database.transact([notes.action.put(note)], { token });
    expect(await notes.getEntry(note)).toEqual(entry);
    await notes.replace({ ...note, count: 1 }, { revision: entry.revision });
  });

  testTransaction("other processes on the same engine know the token", async () => {
    const [one, other] = [suite.database(), suite.database(await suite.another())];
    const note = aNote();
    const token = randomUUID();
    await one.transact([suite.notesOn(one).action.create(note)], { token });
    await other.transact([suite.notesOn(other).action.create(note)], { token });
    expect(await suite.notes().get(note)).toEqual(note);
  });

  testTransaction("a transaction with records that expire can be sent again", async () => {
    const database = suite.database();
    const items = suite.itemsOn(database);
    const item = anItem({ expiresAt: Date.now() + 3_600_000 });
    const token = randomUUID();
    await database.transact([items.action.create(item)], { token });
    await database.transact([items.action.create(item)], { token });
    expect(await items.get(item)).toEqual(item);
  });

  testTransaction("other actions under the same token are refused", async () => {
    const database = suite.database();
    const notes = suite.notesOn(database);
    const [note, other] = [aNote(), aNote()];
    const token = randomUUID();
    await database.transact([notes.action.create(note)], { token });
    for (const actions of [
      [notes.action.create(other)],
      [notes.action.put(note)],
      [notes.action.create({ ...note, count: 2 })],
      [notes.action.create(note), notes.action.create(other)],
    ]) {
      const transacting = database.transact(actions, { token });
      await expect(transacting).rejects.toMatchObject({ code: "invalid_argument" });
    }
    expect(await notes.get(other)).toBeUndefined();
    expect(await notes.get(note)).toEqual(note);
  });

  testTransaction("actions that differ in any part are refused under the same token", async () => {
    const database = suite.database();
    const [notes, items] = [suite.notesOn(database), suite.itemsOn(database)];
    const note = aNote({ value: { list: [1, 2], a: { b: 1, c: 2 } } });
    const { revision } = await notes.create(note);
    const { noteId, count } = note;
    const token = randomUUID();
    const { action } = notes;
    const [{ revision: next }] = await database.transact([action.put(note, { revision })], {
      token,
    });
    for (const other of [
      action.put(note, { revision: next }),
      action.put(note, { revision: "unknown" }),
      action.put(note),
      action.replace(note, { revision }),
      action.delete(noteId, { revision }),
      action.check(noteId, { revision }),
      action.check(noteId, "present"),
      action.put({ noteId, count, value: { list: [2, 1], a: { b: 1, c: 2 } } }, { revision }),
      action.put({ noteId, count, value: { list: [1, 2], a: { b: 2, c: 1 } } }, { revision }),
      action.put({ noteId, count }, { revision }),
      items.action.put({ itemId: noteId }),
    ]) {
      const transacting = database.transact([other], { token });
      await expect(transacting).rejects.toMatchObject({ code: "invalid_argument" });
    }
    // The order of names in an object means nothing.
    const same = { value: { a: { c: 2, b: 1 }, list: [1, 2] }, count, noteId };
    const again = await database.transact([action.put(same, { revision })], { token });
    expect(again).toEqual([{ record: note, revision: next }]);
    expect(await notes.getEntry(note)).toEqual({ record: note, revision: next });
  });

  testTransaction("a token is remembered while others come and go", async () => {
    const database = suite.database();
    const notes = suite.notesOn(database);
    const many = Array.from({ length: 30 }, (_, count) => aNote({ count }));
    const tokens = many.map(() => randomUUID());
    const send = (n: number) =>
      database.transact([notes.action.create(many[n] as Note)], { token: tokens[n] });
    for (const n of many.keys()) await send(n);
    const refused = database.transact([notes.action.create(many[0] as Note)], {
      token: randomUUID(),
    });
    await expect(refused).rejects.toMatchObject({ code: "already_exists" });
    for (const note of many) await notes.put({ ...note, text: "changed" });
    for (const n of many.keys()) await send(n);
    expect(await notes.getMany(many)).toEqual(many.map((note) => ({ ...note, text: "changed" })));
  });

  testTransaction("tokens are compared exactly", async () => {
    const database = suite.database();
    const notes = suite.notesOn(database);
    const stem = randomUUID().replaceAll("-", "").slice(0, 16);
    const all = alikeTexts(stem).filter((token) => /^[\x20-\x7e]{1,36}$/.test(token));
    const tokens = [...all, stem.toUpperCase(), ...alikeToTheEnd(stem, 36)];
    for (const token of new Set(tokens)) {
      const note = aNote({ text: token });
      await database.transact([notes.action.create(note)], { token });
      expect(await notes.get(note), token).toEqual(note);
    }
  });

  testTransaction("without a token, and under different ones, each call counts", async () => {
    const database = suite.database();
    const notes = suite.notesOn(database);
    const note = aNote();
    await database.transact([notes.action.create(note)], { token: randomUUID() });
    for (const options of [{}, { token: randomUUID() }]) {
      const again = database.transact([notes.action.create(note)], options);
      await expect(again).rejects.toMatchObject({ code: "already_exists" });
    }
  });

  testTransaction("a transaction that did not apply can be sent again", async () => {
    const database = suite.database();
    const notes = suite.notesOn(database);
    const [blocking, other] = [aNote(), aNote()];
    await notes.create(blocking);
    const token = randomUUID();
    const send = () =>
      database.transact([notes.action.create(blocking), notes.action.create(other)], { token });
    await expect(send()).rejects.toMatchObject({ code: "already_exists" });
    await notes.delete(blocking);
    await send();
    expect(await notes.getMany([blocking.noteId, other.noteId])).toEqual([blocking, other]);
  });

  testTransaction("a transaction sent several times at once is applied once", async () => {
    const database = suite.database();
    const notes = suite.notesOn(database);
    const note = aNote();
    const token = randomUUID();
    const results = await Promise.all(
      Array.from({ length: 5 }, () => database.transact([notes.action.create(note)], { token })),
    );
    const entry = await notes.getEntry(note);
    for (const [result] of results) expect(result).toEqual(entry);
  });

  testTransaction("a token may have the full length", async () => {
    const database = suite.database();
    const notes = suite.notesOn(database);
    const note = aNote();
    const token = `~ "'%/\\ ${randomUUID()}`.slice(0, 36);
    await database.transact([notes.action.create(note)], { token });
    await database.transact([notes.action.create(note)], { token });
    expect(await notes.get(note)).toEqual(note);
  });

  test.each(["", "x".repeat(37), "a\nb", "é"])("%j is no token", async (token) => {
    const database = suite.database();
    const notes = suite.notesOn(database);
    const note = aNote();
    const transacting = database.transact([notes.action.create(note)], { token });
    await expect(transacting).rejects.toMatchObject({ code: "invalid_argument" });
    expect(await notes.get(note)).toBeUndefined();
  });
}
