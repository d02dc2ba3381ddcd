import { createContext, runWithContext } from "@plinth/core";
import { expect, test } from "vitest";
import { z } from "zod";
import { Database } from "../database/database.ts";
import { Repository } from "../repository/repository.ts";
import { aNote, NoteRepository, type Suite } from "./suite.ts";

/** Deadlines, cancellation, opening, and stored records that do not match. */
export function describeCalls(suite: Suite): void {
  test("a call after the deadline rejects with deadline_exceeded and writes nothing", async () => {
    const notes = suite.notes();
    await notes.open();
    const note = aNote();
    const late = runWithContext(createContext({ deadline: Date.now() - 1 }), () =>
      notes.create(note),
    );
    await expect(late).rejects.toMatchObject({ code: "deadline_exceeded" });
    expect(await notes.get(note)).toBeUndefined();
  });

  test("a call with an aborted signal rejects with cancelled and writes nothing", async () => {
    const notes = suite.notes();
    await notes.open();
    const note = aNote();
    const cancelled = runWithContext(createContext({ signal: AbortSignal.abort() }), () =>
      notes.create(note),
    );
    await expect(cancelled).rejects.toMatchObject({ code: "cancelled" });
    expect(await notes.get(note)).toBeUndefined();
  });

  test("a call within its deadline is answered", async () => {
    const notes = suite.notes();
    const note = aNote();
    const context = createContext({ deadline: Date.now() + 60_000 });
    await runWithContext(context, () => notes.create(note));
    expect(await runWithContext(context, () => notes.get(note))).toEqual(note);
  });

  test("an update that waits for others ends with its deadline", async () => {
    const notes = suite.notes();
    const note = aNote();
    await notes.create(note);
    const controller = new AbortController();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = notes.update(note, async (current) => {
      await held;
      return { ...current, count: current.count + 1 };
    });
    const second = runWithContext(createContext({ signal: controller.signal }), () =>
      notes.update(note, (current) => ({ ...current, count: 100 })),
    );
    const third = notes.update(note, (current) => ({ ...current, count: current.count + 1 }));
    controller.abort();
    await expect(second).rejects.toMatchObject({ code: "cancelled" });
    release();
    await Promise.all([first, third]);
    expect((await notes.get(note))?.count).toBe(2);
  });

  test("opening twice, one after the other or at the same time, changes nothing", async () => {
    const collection = suite.freshName();
    const repositories = [1, 2, 3].map(() => new NoteRepository(suite.database(), { collection }));
    await Promise.all(repositories.map((notes) => notes.open()));
    const note = aNote();
    await repositories[0]?.create(note);
    await repositories[1]?.open();
    await new NoteRepository(suite.database(), { collection }).open();
    expect(await repositories[2]?.get(note)).toEqual(note);
  });

  /** Opens a new collection on a database that creates nothing. */
  const openUncreated = (collection: string): Promise<void> =>
    new NoteRepository(new Database(suite.driver), { collection }).open();

  /** Whether every collection has tables of its own, so that a new one is incomplete. */
  const hasOwnTables = (): boolean => {
    const { sharedTables = false } = suite.driver.capabilities;
    const definition = { name: suite.freshName(), indexes: [], expires: false };
    return !sharedTables && suite.driver.collection(definition).ensureSchema !== undefined;
  };

  test("opening a missing collection without ensureSchema names it", async ({ skip }) => {
    skip(!hasOwnTables(), "a new collection needs no tables of its own");
    const collection = suite.freshName();
    const definition = { name: collection, indexes: [], expires: false };
    const { checkSchema } = suite.driver.collection(definition);
    skip(checkSchema === undefined, "the driver has no checkSchema, which would name it");
    await expect(openUncreated(collection)).rejects.toMatchObject({
      code: "failed_precondition",
      message: expect.stringContaining(collection),
    });
  });

  test("a collection that needs no tables of its own opens without ensureSchema", async ({
    skip,
  }) => {
    skip(hasOwnTables(), "a new collection needs tables of its own");
    // Shared tables exist once one of the collections was created.
    await suite.notes().open();
    await expect(openUncreated(suite.freshName())).resolves.toBeUndefined();
  });

  test("a collection that was created opens without ensureSchema", async () => {
    const collection = suite.freshName();
    await new NoteRepository(suite.database(), { collection }).open();
    await expect(openUncreated(collection)).resolves.toBeUndefined();
  });

  test("the database answers a ping", async () => {
    const database = suite.database();
    await expect(database.ping()).resolves.toBeUndefined();
    await new NoteRepository(database, { collection: suite.freshName() }).open();
    await expect(database.ping()).resolves.toBeUndefined();
  });

  test("a stored record that does not match the schema is data_loss, naming the field", async () => {
    const collection = suite.freshName();
    const Loose = Repository({
      name: "loose",
      schema: z.object({ noteId: z.string(), count: z.string(), text: z.string().optional() }),
      key: ["noteId"],
      // The same as that of the notes: not every engine can add one later.
      indexes: { byText: { partition: "text" } },
    });
    const { noteId } = aNote();
    await new Loose(suite.database(), { collection }).create({ noteId, count: "secret" });
    const notes = new NoteRepository(suite.database(), { collection });
    const error: unknown = await notes.get(noteId).catch((fault: unknown) => fault);
    expect(error).toMatchObject({ code: "data_loss" });
    expect((error as Error).message).toContain("count");
    expect((error as Error).message).not.toContain("secret");
    // Overwriting repairs it.
    await notes.put({ noteId, count: 1 });
    expect(await notes.get(noteId)).toEqual({ noteId, count: 1 });
  });
}
