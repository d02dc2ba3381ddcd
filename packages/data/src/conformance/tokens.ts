import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { anItem } from "./items.ts";
import { aNote, type Suite } from "./suite.ts";

/** A transaction under a token happens once, however often it is sent. */
export function describeTokens(suite: Suite): void {
  const testTransaction = suite.testWith("transactions");

  testTransaction("the same transaction is applied once, and answered alike", async () => {
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

  testTransaction("the answer has the revision that is stored", async () => {
    const database = suite.database();
    const notes = suite.notesOn(database);
    const note = aNote();
    const token = randomUUID();
    await database.transact([notes.action.put(note)], { token });
    const [entry] = await database.transact([notes.action.put(note)], { token });
    expect(await notes.getEntry(note)).toEqual(entry);
    await notes.replace({ ...note, count: 1 }, { revision: entry.revision });
  });

  testTransaction("it is known to other processes on the same engine", async () => {
    const [one, other] = [suite.database(), suite.database(await suite.another())];
    const note = aNote();
    const token = randomUUID();
    await one.transact([suite.notesOn(one).action.create(note)], { token });
    await other.transact([suite.notesOn(other).action.create(note)], { token });
    expect(await suite.notes().get(note)).toEqual(note);
  });

  testTransaction("records that end do not make it another transaction", async () => {
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

  testTransaction(
    "sent several times at once it is applied once",
    async () => {
      const database = suite.database();
      const notes = suite.notesOn(database);
      const note = aNote();
      const token = randomUUID();
      const results = await Promise.all(
        Array.from({ length: 5 }, () => database.transact([notes.action.create(note)], { token })),
      );
      const entry = await notes.getEntry(note);
      for (const [result] of results) expect(result).toEqual(entry);
    },
    { timeout: 60_000 },
  );

  testTransaction("a token of the full length is one", async () => {
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
