import { Database, type Driver, type WriteAction, type WriteOutcome } from "@plinth/data";
import { memoryDriver } from "@plinth/data/memory";
import { describe, expect, test } from "vitest";
import { aNote, type Note, NoteRepository } from "../src/conformance/suite.ts";

type WriteMany = (actions: readonly WriteAction[]) => Promise<WriteOutcome[]>;

const keyOf = (action: WriteAction): string =>
  action.kind === "set" ? action.record.key : action.key;

/** The memory driver with another `writeMany`. Its errors are `unavailable`, the others' unknown. */
function altered(change: (right: WriteMany) => WriteMany | undefined): Driver {
  const memory = memoryDriver();
  return {
    ...memory,
    errorCode: (raw) => (raw instanceof RangeError ? "unavailable" : undefined),
    collection: (definition) => {
      const collection = memory.collection(definition);
      const right = collection.writeMany?.bind(collection);
      const made = change(async (actions) => [...((await right?.(actions, {})) ?? [])]);
      return Object.assign(collection, { writeMany: made });
    },
  };
}

const notesOn = (driver: Driver) => new NoteRepository(new Database(driver));
const codesOf = (results: readonly PromiseSettledResult<unknown>[]): (string | undefined)[] =>
  results.map((result) =>
    result.status === "rejected" ? (result.reason as { code?: string }).code : "applied",
  );

describe.each<[string, (right: WriteMany) => WriteMany | undefined]>([
  ["with writeMany", (right) => right],
  ["without it", () => undefined],
])("a driver %s", (_name, change) => {
  test("gets each write, and each result is in its place", async () => {
    const notes = notesOn(altered(change));
    const many = Array.from({ length: 230 }, (_, count) => aNote({ count }));
    const stale = await Promise.all(
      many.map(async (note, n) => (n % 2 === 0 ? notes.create(note) : undefined)),
    );
    for (const [n, note] of many.entries()) if (n % 6 === 0) await notes.put(note);
    // Every second one is stored, and every sixth was changed since it was read.
    const results = await notes.writeMany(
      many.map((note, n) =>
        n % 2 === 0
          ? notes.action.replace({ ...note, text: "new" }, { revision: stale[n]?.revision })
          : notes.action.create({ ...note, text: "new" }),
      ),
    );
    expect(codesOf(results)).toEqual(many.map((_note, n) => (n % 6 === 0 ? "aborted" : "applied")));
    const entries = await Promise.all(many.map((note) => notes.getEntry(note)));
    for (const [n, result] of results.entries()) {
      expect(entries[n]?.record.text).toBe(n % 6 === 0 ? undefined : "new");
      if (result.status === "fulfilled") expect(result.value).toEqual(entries[n]);
    }
  });
});

test("writes whose answer was lost are found by their own revisions", async () => {
  let calls = 0;
  const notes = notesOn(
    altered((right) => async (actions) => {
      calls += 1;
      const outcomes = await right(actions);
      if (calls === 1) throw new RangeError("lost");
      return outcomes;
    }),
  );
  const [created, other] = [aNote(), aNote()];
  const before = await notes.create(other);
  const results = await notes.writeMany([
    notes.action.create(created),
    notes.action.create(other),
    notes.action.put({ ...aNote(), count: 1 }),
  ]);
  expect(calls).toBe(2);
  expect(codesOf(results)).toEqual(["applied", "already_exists", "applied"]);
  expect(results[0]).toMatchObject({ value: await notes.getEntry(created) });
  expect(await notes.getEntry(other)).toEqual(before);
});

test("a removal whose answer was lost is unavailable, or aborted where the record is there", async () => {
  let note: Note | undefined;
  let calls = 0;
  const driver: Driver = altered((right) => async (actions) => {
    calls += 1;
    const outcomes = await right(actions);
    if (calls > 1) return outcomes;
    // Another writer is faster than the second attempt.
    if (note !== undefined) await notes.put({ ...note, count: 7 });
    throw new RangeError("lost");
  });
  const notes = notesOn(driver);
  const [removed, stored] = [aNote(), aNote()];
  const { revision } = await notes.create(removed);
  const entry = await notes.create(stored);
  note = stored;
  const results = await notes.writeMany([
    notes.action.delete(removed, { revision }),
    notes.action.delete(stored, { revision: entry.revision }),
  ]);
  expect(codesOf(results)).toEqual(["unavailable", "aborted"]);
  expect((await notes.get(stored))?.count).toBe(7);
});

test.each(["left out", "uncertain"])("a write whose outcome is %s is looked at", async (how) => {
  const [first, second, third] = [aNote(), aNote(), aNote()];
  const driver = altered((right) => async (actions) => {
    const done = actions.filter((action) => keyOf(action) !== third.noteId);
    const outcomes = await right(done);
    const [known] = outcomes;
    return how === "left out" ? [known!] : actions.map(() => "uncertain");
  });
  const notes = notesOn(driver);
  const results = await notes.writeMany([first, second, third].map((one) => notes.action.put(one)));
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
  expect(await notes.getMany([first, second, third])).toEqual([first, second, undefined]);
});

test("a call that fails fails its own writes alone", async () => {
  const many = Array.from({ length: 250 }, (_, count) => aNote({ count }));
  const sizes: number[] = [];
  const driver = altered((right) => async (actions) => {
    sizes.push(actions.length);
    if (actions.some((action) => keyOf(action) === many[120]?.noteId)) throw new Error("raw");
    return right(actions);
  });
  const notes = notesOn(driver);
  const results = await notes.writeMany(many.map((note) => notes.action.put(note)));
  expect(sizes.toSorted((one, other) => one - other)).toEqual([50, 100, 100]);
  expect(codesOf(results)).toEqual(
    many.map((_note, n) => (n >= 100 && n < 200 ? "internal" : "applied")),
  );
  const stored = await notes.getMany(many);
  expect(stored).toEqual(many.map((note, n) => (n >= 100 && n < 200 ? undefined : note)));
});

test("a call of a passing fault is repeated", async () => {
  let calls = 0;
  const driver = altered((right) => async (actions) => {
    calls += 1;
    if (calls < 3) throw new RangeError("busy");
    return right(actions);
  });
  const notes = notesOn(driver);
  const note = aNote();
  expect(codesOf(await notes.writeMany([notes.action.create(note)]))).toEqual(["applied"]);
  expect(await notes.get(note)).toEqual(note);
});
