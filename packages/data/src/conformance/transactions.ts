import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import type { Database } from "../database/database.ts";
import { limits } from "../repository/limits.ts";
import { anItem, aShelf, type Items } from "./items.ts";
import { aNote, type Note, type Notes, type Suite } from "./suite.ts";

interface Stage {
  readonly database: Database;
  readonly notes: Notes;
  readonly items: Items;
}

/** All of a transaction happens, or nothing of it. */
export function describeTransactions(suite: Suite): void {
  const testTransaction = suite.testWith("transactions");

  function stage(): Stage {
    const database = suite.database();
    return { database, notes: suite.notesOn(database), items: suite.itemsOn(database) };
  }

  testTransaction("applies every kind of action, and returns what each yields", async () => {
    const { database, notes } = stage();
    const [created, put, replaced, removed, checked] = [0, 1, 2, 3, 4].map((count) =>
      aNote({ count }),
    ) as [Note, Note, Note, Note, Note];
    for (const note of [put, replaced, removed, checked]) await notes.create(note);
    const results = await database.transact([
      notes.action.create(created),
      notes.action.put({ ...put, count: 10 }),
      notes.action.replace({ ...replaced, count: 20 }),
      notes.action.delete(removed),
      notes.action.check(checked, "present"),
    ]);
    expect(results.slice(3)).toEqual([undefined, undefined]);
    expect(await notes.getEntry(created)).toEqual(results[0]);
    expect(await notes.getEntry(put)).toEqual(results[1]);
    expect(await notes.getEntry(replaced)).toEqual(results[2]);
    expect(results[1].record.count).toBe(10);
    expect(await notes.get(removed)).toBeUndefined();
    expect(await notes.get(checked)).toEqual(checked);
    const revisions = new Set(results.slice(0, 3).map((entry) => entry?.revision));
    expect(revisions.size).toBe(3);
  });

  testTransaction("works across repositories", async () => {
    const { database, notes, items } = stage();
    const [note, item] = [aNote(), anItem({ rank: 1 })];
    await database.transact([notes.action.create(note), items.action.create(item)]);
    expect(await notes.get(note)).toEqual(note);
    expect(await items.get(item)).toEqual(item);
    const failing = database.transact([
      notes.action.put({ ...note, count: 9 }),
      items.action.create(item),
    ]);
    await expect(failing).rejects.toMatchObject({ code: "already_exists" });
    expect(await notes.get(note)).toEqual(note);
  });

  testTransaction("the same key in two repositories is two records", async () => {
    const { database, notes, items } = stage();
    const { noteId } = aNote();
    await database.transact([
      notes.action.create({ noteId, count: 1 }),
      items.action.create({ itemId: noteId }),
    ]);
    expect(await notes.get(noteId)).toEqual({ noteId, count: 1 });
    expect(await items.get(noteId)).toEqual({ itemId: noteId });
  });

  const failures: Readonly<
    Record<string, [string, (notes: Notes, stored: Note, stale: string) => unknown]>
  > = {
    "create of a stored record": ["already_exists", ({ action }, stored) => action.create(stored)],
    "replace of an absent record": ["not_found", ({ action }) => action.replace(aNote())],
    "put at a stale revision": [
      "aborted",
      ({ action }, stored, revision) => action.put(stored, { revision }),
    ],
    "put at a revision of an absent record": [
      "aborted",
      ({ action }, _stored, revision) => action.put(aNote(), { revision }),
    ],
    "replace at a stale revision": [
      "aborted",
      ({ action }, stored, revision) => action.replace(stored, { revision }),
    ],
    "delete at a stale revision": [
      "aborted",
      ({ action }, stored, revision) => action.delete(stored, { revision }),
    ],
    "check for absence": ["already_exists", ({ action }, stored) => action.check(stored, "absent")],
    "check for presence": ["not_found", ({ action }) => action.check(aNote(), "present")],
    "check of a stale revision": [
      "aborted",
      ({ action }, stored, revision) => action.check(stored, { revision }),
    ],
    "a revision that was made up": [
      "aborted",
      ({ action }, stored) => action.check(stored, { revision: "\0" }),
    ],
  };
  for (const [name, [code, fail]] of Object.entries(failures)) {
    for (const position of [0, 1, 2]) {
      testTransaction(
        `changes nothing when action ${position} does not apply: ${name}`,
        async () => {
          const { database, notes } = stage();
          const [stored, kept, removed, absent] = [aNote(), aNote(), aNote(), aNote()];
          const { revision: stale } = await notes.create(stored);
          await notes.put(stored);
          for (const note of [kept, removed]) await notes.create(note);
          const actions: unknown[] = [
            notes.action.put({ ...kept, count: 7 }),
            notes.action.delete(removed),
            notes.action.create(absent),
          ];
          actions.splice(position, 0, fail(notes, stored, stale));
          await expect(database.transact(actions as never)).rejects.toMatchObject({
            code,
            details: { failed: [{ index: position, code }] },
          });
          expect(await notes.getMany([kept.noteId, removed.noteId, absent.noteId])).toEqual([
            kept,
            removed,
            undefined,
          ]);
          expect(await notes.get(stored)).toEqual(stored);
        },
      );
    }
  }

  testTransaction("conditions that hold let it through", async () => {
    const { database, notes } = stage();
    const [one, two, three] = [aNote(), aNote(), aNote()];
    const revisions = [];
    for (const note of [one, two, three]) revisions.push((await notes.create(note)).revision);
    await database.transact([
      notes.action.put({ ...one, count: 1 }, { revision: revisions[0] }),
      notes.action.delete(two, { revision: revisions[1] }),
      notes.action.check(three, { revision: revisions[2] ?? "" }),
      notes.action.check(aNote(), "absent"),
      notes.action.delete(aNote()),
    ]);
    expect(await notes.getMany([one.noteId, two.noteId])).toEqual([
      { ...one, count: 1 },
      undefined,
    ]);
    expect((await notes.getEntry(three))?.revision).toBe(revisions[2]);
  });

  testTransaction("of checks alone tells whether they hold", async () => {
    const { database, notes } = stage();
    const note = aNote();
    await notes.create(note);
    expect(await database.transact([notes.action.check(note, "present")])).toEqual([undefined]);
    const failing = database.transact([notes.action.check(note, "absent")]);
    await expect(failing).rejects.toMatchObject({ code: "already_exists" });
  });

  testTransaction("of nothing yields nothing", async () => {
    expect(await stage().database.transact([])).toEqual([]);
  });

  const hundred = { actions: limits.transactionActions };
  testTransaction(
    "takes 100 actions",
    async () => {
      const { database, notes } = stage();
      const many = Array.from({ length: limits.transactionActions }, (_, count) =>
        aNote({ count }),
      );
      await database.transact(many.map((note) => notes.action.create(note)));
      expect(await notes.getMany(many.map(({ noteId }) => noteId))).toEqual(many);
      const changed = many.map((note, n) =>
        n === 99 ? notes.action.create(note) : notes.action.delete(note),
      );
      await expect(database.transact(changed)).rejects.toMatchObject({ code: "already_exists" });
      expect(await notes.getMany(many.map(({ noteId }) => noteId))).toEqual(many);
    },
    hundred,
  );

  testTransaction(
    "takes nearly four megabytes",
    async () => {
      const { database, notes } = stage();
      const many = Array.from({ length: 11 }, (_, n) =>
        aNote({ text: `t${n}`, value: "x".repeat(350_000) }),
      );
      await database.transact(many.map((note) => notes.action.create(note)));
      const found = await notes.getMany(many);
      expect(isDeepStrictEqual(found, many), "the records are read as they were stored").toBe(true);
    },
    { actions: 11 },
  );

  test("refuses more than 100 actions", async () => {
    const { database, notes } = stage();
    const many = Array.from({ length: 101 }, () => notes.action.create(aNote()));
    await expect(database.transact(many)).rejects.toMatchObject({ code: "invalid_argument" });
  });

  test("refuses more than four megabytes, before anything is written", async () => {
    const { database, notes } = stage();
    const many = Array.from({ length: 12 }, () => aNote({ value: "x".repeat(350_000) }));
    const transacting = database.transact(many.map((note) => notes.action.create(note)));
    await expect(transacting).rejects.toMatchObject({
      code: "invalid_argument",
      message: expect.stringContaining("4000000"),
    });
    expect(await notes.get(many[0]!)).toBeUndefined();
  });

  test("refuses two actions of one record", async () => {
    const { database, notes } = stage();
    const note = aNote();
    const transacting = database.transact([
      notes.action.create(note),
      notes.action.check(note, "absent"),
    ]);
    await expect(transacting).rejects.toMatchObject({ code: "invalid_argument" });
    expect(await notes.get(note)).toBeUndefined();
  });

  test("refuses what is no action of the database", async () => {
    const { database, notes } = stage();
    const stranger = suite.stripped({});
    const foreign = suite.notesOn(suite.database(stranger)).action.create(aNote());
    for (const action of [foreign, {}, undefined]) {
      const transacting = database.transact([notes.action.create(aNote()), action as never]);
      await expect(transacting).rejects.toMatchObject({ code: "invalid_argument" });
    }
  });

  test("an action of a record that cannot be stored is refused when it is made", () => {
    const { notes } = stage();
    const refused = expect.objectContaining({ code: "invalid_argument" });
    expect(() => notes.action.create(aNote({ count: "1" as never }))).toThrow(refused);
    expect(() => notes.action.delete("")).toThrow(refused);
  });

  testTransaction("an action keeps the record as it was when it was made", async () => {
    const { database, notes } = stage();
    const note = aNote({ value: { list: [1] } });
    const action = notes.action.create(note);
    (note.value as { list: number[] }).list.push(2);
    await database.transact([action]);
    expect((await notes.get(note))?.value).toEqual({ list: [1] });
  });

  suite.testWith("transactions")("its writes are found by index", async () => {
    if (!suite.can("queries")) return;
    const { database, items } = stage();
    const shelf = aShelf();
    const [one, two] = [anItem({ shelf, rank: 2 }), anItem({ shelf, rank: 1 })];
    await items.create(one);
    await database.transact([items.action.put({ ...one, rank: 0 }), items.action.create(two)]);
    await suite.eventually(async () => {
      const { records } = await items.query({ index: "byRank", partition: shelf });
      expect(records).toEqual([{ ...one, rank: 0 }, two]);
    });
  });

  testTransaction(
    "of 10 at a time that create one record, one happens whole",
    async () => {
      const { database, notes } = stage();
      const contended = aNote();
      const own = Array.from({ length: 10 }, (_, count) => aNote({ count }));
      const results = await Promise.allSettled(
        own.map((note) =>
          database.transact([
            notes.action.create(note),
            notes.action.create({ ...contended, count: note.count }),
          ]),
        ),
      );
      const won = results.findIndex(({ status }) => status === "fulfilled");
      expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      for (const result of results) {
        if (result.status === "rejected")
          expect(result.reason).toMatchObject({ code: "already_exists" });
      }
      expect(await notes.getMany(own.map(({ noteId }) => noteId))).toEqual(
        own.map((note, n) => (n === won ? note : undefined)),
      );
      expect((await notes.get(contended))?.count).toBe(won);
    },
    { timeout: 60_000 },
  );

  testTransaction(
    "transfers at the same time neither make nor lose anything",
    async () => {
      const { database, notes } = stage();
      const accounts = Array.from({ length: 4 }, () => aNote({ count: 100 }));
      for (const account of accounts) await notes.create(account);
      const transfer = async (from: Note, to: Note): Promise<boolean> => {
        const [source, target] = await Promise.all([notes.getEntry(from), notes.getEntry(to)]);
        if (source === undefined || target === undefined) throw new Error("An account is missing.");
        try {
          await database.transact([
            notes.action.put(
              { ...source.record, count: source.record.count - 1 },
              { revision: source.revision },
            ),
            notes.action.put(
              { ...target.record, count: target.record.count + 1 },
              { revision: target.revision },
            ),
          ]);
          return true;
        } catch (error) {
          expect(["aborted", "unavailable"]).toContain((error as { code?: string }).code);
          return false;
        }
      };
      let done = 0;
      const worker = async (n: number): Promise<void> => {
        for (let round = 0; round < 10; round += 1) {
          const from = accounts[(n + round) % 4] as Note;
          const to = accounts[(n + round + 1 + (n % 3)) % 4] as Note;
          if (await transfer(from, to)) done += 1;
        }
      };
      await Promise.all([0, 1, 2, 3, 4, 5].map(worker));
      const left = await notes.getMany(accounts.map(({ noteId }) => noteId));
      expect(left.reduce((sum, account) => sum + (account?.count ?? 0), 0)).toBe(400);
      expect(done).toBeGreaterThan(0);
    },
    { timeout: 60_000 },
  );
}
