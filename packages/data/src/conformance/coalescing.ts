import { createContext, runWithContext } from "@plinth/core";
import { DataLossError } from "@plinth/core/errors";
import { expect, test } from "vitest";
import type { Driver } from "../driver/driver.ts";
import { aNote, type Note, type Notes, type Suite } from "./suite.ts";

interface Watched {
  readonly notes: Notes;
  /** The keys of each call of the driver's `get`. */
  readonly calls: (readonly string[])[];
}

class UnknownError extends Error {}

const listOf = (note: Note | undefined): number[] =>
  ((note as Note).value as { list: number[] }).list;

/** Reads of one turn go together, and only the engine notices. */
export function describeCoalescing(suite: Suite): void {
  /** Notes on a driver whose reads are written down, and fail as `failing` says. */
  function watched(failing: (keys: readonly string[]) => void = () => undefined): Watched {
    const calls: (readonly string[])[] = [];
    const driver: Driver = suite.changed({
      // The driver does not have to know the suite's own errors.
      errorCode: (raw) => (raw instanceof UnknownError ? undefined : suite.driver.errorCode(raw)),
      collection: (definition) => {
        const collection = suite.driver.collection(definition);
        return new Proxy(collection, {
          get(target, name) {
            if (name === "get") {
              return async (...call: Parameters<typeof target.get>) => {
                calls.push(call[0]);
                failing(call[0]);
                return target.get(...call);
              };
            }
            const member: unknown = Reflect.get(target, name, target);
            return typeof member === "function" ? (member.bind(target) as unknown) : member;
          },
        });
      },
    });
    return { notes: suite.notes(driver), calls };
  }

  async function stored(count: number): Promise<Note[]> {
    const notes = suite.notes();
    const many = Array.from({ length: count }, (_, n) => aNote({ count: n, value: { list: [n] } }));
    await notes.writeMany(many.map((note) => notes.action.create(note)));
    return many;
  }

  async function opened(failing?: (keys: readonly string[]) => void): Promise<Watched> {
    const made = watched(failing);
    await made.notes.open();
    made.calls.length = 0;
    return made;
  }

  test("64 gets at once are one call, with the answers of 64 single ones", async () => {
    const many = await stored(60);
    const keys = [...many, aNote(), aNote(), aNote(), aNote()].map(({ noteId }) => noteId);
    const { notes, calls } = await opened();
    const together = await Promise.all(keys.map((key) => notes.get(key)));
    expect(calls).toEqual([keys]);
    expect(together).toEqual([...many, undefined, undefined, undefined, undefined]);
    const alone = [];
    for (const key of keys) alone.push(await notes.get(key, { coalesce: false }));
    expect(together).toEqual(alone);
    expect(calls).toHaveLength(65);
  });

  test("a key with several readers is read once, and each reader gets its own record", async () => {
    const [note] = (await stored(1)) as [Note];
    const { notes, calls } = await opened();
    const found = await Promise.all(Array.from({ length: 10 }, () => notes.getEntry(note)));
    expect(calls).toEqual([[note.noteId]]);
    for (const entry of found) {
      expect(entry?.record).toEqual(note);
      listOf(entry?.record).push(99);
    }
  });

  test("more keys than an engine takes at a time are split at 100", async () => {
    const many = await stored(250);
    const { notes, calls } = await opened();
    const found = await Promise.all(many.map((note) => notes.get(note)));
    expect(found).toEqual(many);
    expect(calls.map((keys) => keys.length)).toEqual([100, 100, 50]);
  });

  test("getMany and get share a call, with duplicates and absent records in their places", async () => {
    const [one, two] = (await stored(2)) as [Note, Note];
    const absent = aNote();
    const { notes, calls } = await opened();
    const [many, single] = await Promise.all([
      notes.getMany([two.noteId, absent, one, two.noteId]),
      notes.get(one),
    ]);
    expect(many).toEqual([two, undefined, one, two]);
    expect(single).toEqual(one);
    expect(calls).toEqual([[two.noteId, absent.noteId, one.noteId]]);
    expect(await notes.getMany([])).toEqual([]);
  });

  test("reads that begin after promises of the same turn share the call", async () => {
    const many = await stored(3);
    const { notes, calls } = await opened();
    await Promise.all(
      many.map(async (note, n) => {
        for (let wait = 0; wait < n; wait += 1) await Promise.resolve();
        return notes.get(note);
      }),
    );
    expect(calls).toHaveLength(1);
  });

  test("a read never joins one that was sent: it sees every write before it", async () => {
    const [note] = (await stored(1)) as [Note];
    const { notes } = await opened();
    for (let round = 1; round <= 5; round += 1) {
      const earlier = notes.get(note);
      await notes.put({ ...note, count: round });
      expect((await notes.get(note))?.count).toBe(round);
      await earlier;
    }
  });

  test("an error reaches only the readers of the keys in the call", async () => {
    const many = await stored(150);
    const { notes } = await opened((keys) => {
      if (keys.includes(many[120]?.noteId ?? "")) {
        throw new UnknownError("on purpose");
      }
    });
    const results = await Promise.allSettled(many.map((note) => notes.get(note)));
    const failed = results.flatMap(({ status }, n) => (status === "rejected" ? [n] : []));
    expect(failed).toEqual([120]);
    expect(results[119]).toEqual({ status: "fulfilled", value: many[119] });
  });

  test("a damaged record is an error for its own readers alone", async () => {
    const many = await stored(5);
    const damaged = many[2]?.noteId ?? "";
    const { notes } = await opened((keys) => {
      if (keys.includes(damaged)) throw new DataLossError("damaged on purpose");
    });
    const results = await Promise.allSettled(many.map((note) => notes.get(note)));
    expect(results.map(({ status }) => status)).toEqual([
      "fulfilled",
      "fulfilled",
      "rejected",
      "fulfilled",
      "fulfilled",
    ]);
    await expect(notes.getMany([many[0] as Note, damaged])).rejects.toMatchObject({
      code: "data_loss",
    });
  });

  test("a caller that gives up leaves the others alone", async () => {
    const [one, two] = (await stored(2)) as [Note, Note];
    const { notes } = await opened();
    const controller = new AbortController();
    const leaving = Promise.allSettled([
      runWithContext(createContext({ signal: controller.signal }), () => notes.get(one)),
      runWithContext(createContext({ deadline: Date.now() - 1 }), () => notes.get(one)),
    ]);
    const staying = [notes.get(one), notes.get(two)];
    controller.abort();
    expect(await leaving).toMatchObject([
      { reason: { code: "cancelled" } },
      { reason: { code: "deadline_exceeded" } },
    ]);
    expect(await Promise.all(staying)).toEqual([one, two]);
  });
}
