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

  test("opening twice, and by two at a time, changes nothing", async () => {
    const collection = suite.freshName();
    const repositories = [1, 2, 3].map(() => new NoteRepository(suite.database(), { collection }));
    await Promise.all(repositories.map((notes) => notes.open()));
    const note = aNote();
    await repositories[0]?.create(note);
    await repositories[1]?.open();
    await new NoteRepository(suite.database(), { collection }).open();
    expect(await repositories[2]?.get(note)).toEqual(note);
  });

  test("opening a missing collection without ensureSchema names it, where one is needed", async () => {
    const collection = suite.freshName();
    const needsSchema =
      suite.driver.collection({ name: collection, indexes: [], expires: false }).ensureSchema !==
      undefined;
    const opening = new NoteRepository(new Database(suite.driver), { collection }).open();
    if (needsSchema) {
      await expect(opening).rejects.toMatchObject({
        code: "failed_precondition",
        message: expect.stringContaining(collection),
      });
    } else {
      await expect(opening).resolves.toBeUndefined();
    }
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
    // Writing over it repairs it.
    await notes.put({ noteId, count: 1 });
    expect(await notes.get(noteId)).toEqual({ noteId, count: 1 });
  });
}
