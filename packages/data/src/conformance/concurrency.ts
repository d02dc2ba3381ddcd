import { expect, test } from "vitest";
import { aNote, type Suite } from "./suite.ts";

/** Concurrent writers: no write is lost, and exactly one wins a conflict. */
export function describeConcurrency(suite: Suite): void {
  test("50 concurrent increments end at exactly 50", async () => {
    const notes = suite.notes();
    const note = aNote();
    await notes.create(note);
    const increment = () =>
      notes.update(note, (current) => ({ ...current, count: current.count + 1 }));
    await Promise.all(Array.from({ length: 50 }, increment));
    expect((await notes.get(note))?.count).toBe(50);
  });

  test("increments through separate databases are not lost", async () => {
    const drivers = await Promise.all(Array.from({ length: 5 }, () => suite.another()));
    const repositories = drivers.map((driver) => suite.notes(driver));
    const note = aNote();
    await repositories[0]?.create(note);
    await Promise.all(
      repositories.flatMap((notes) =>
        Array.from({ length: 6 }, () =>
          notes.update(note, (current) => ({ ...current, count: current.count + 1 })),
        ),
      ),
    );
    expect((await suite.notes().get(note))?.count).toBe(30);
  });

  test("of 20 concurrent creates one wins, the others get already_exists", async () => {
    const note = aNote();
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, count) => suite.notes().create({ ...note, count })),
    );
    const won = results.filter((result) => result.status === "fulfilled");
    const lost = results.filter((result) => result.status === "rejected");
    expect(won).toHaveLength(1);
    expect(lost.map(({ reason }) => (reason as { code?: string }).code)).toEqual(
      Array.from({ length: 19 }, () => "already_exists"),
    );
    expect(await suite.notes().getEntry(note)).toEqual(won[0]?.value);
  });

  test("of 10 concurrent replaces at one revision one wins, the others are aborted", async () => {
    const note = aNote();
    const { revision } = await suite.notes().create(note);
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, count) =>
        suite.notes().replace({ ...note, count }, { revision }),
      ),
    );
    const won = results.filter((result) => result.status === "fulfilled");
    const lost = results.filter((result) => result.status === "rejected");
    expect(won).toHaveLength(1);
    expect(lost.map(({ reason }) => (reason as { code?: string }).code)).toEqual(
      Array.from({ length: 9 }, () => "aborted"),
    );
    expect(await suite.notes().getEntry(note)).toEqual(won[0]?.value);
  });

  test("of 10 concurrent deletes at one revision one wins", async () => {
    const note = aNote();
    const { revision } = await suite.notes().create(note);
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => suite.notes().delete(note, { revision })),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("a record read while it is written is the old or the new one, never a mixture", async () => {
    const notes = suite.notes();
    const note = aNote({ text: "0", value: { count: 0 } });
    await notes.create(note);
    const versions = Array.from({ length: 20 }, (_, n) => n + 1);
    const writing = (async () => {
      for (const n of versions) {
        await notes.put({ ...note, count: n, text: String(n), value: { count: n } });
      }
    })();
    const reads = await Promise.all(versions.map(() => notes.get(note)));
    await writing;
    for (const read of reads) {
      expect(read).toEqual({
        noteId: note.noteId,
        count: read?.count,
        text: String(read?.count),
        value: { count: read?.count },
      });
    }
  });

  test("concurrent writes to different records all apply", async () => {
    const notes = suite.notes();
    const many = Array.from({ length: 40 }, (_, count) => aNote({ count }));
    await Promise.all(many.map((note) => notes.create(note)));
    expect(await Promise.all(many.map((note) => notes.get(note)))).toEqual(many);
  });
}
