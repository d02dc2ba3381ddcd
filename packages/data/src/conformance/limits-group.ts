import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { limits } from "../repository/limits.ts";
import { aNote, type Note, type Notes, type Suite } from "./suite.ts";

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = { a: value };
  return value;
}

function nestedArrays(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}

/** Compares without showing the difference: for a record of this size that takes a minute. */
async function expectKept(notes: Notes, note: Note): Promise<void> {
  const isSame = isDeepStrictEqual(await notes.get(note), note);
  expect(isSame, "the record is read as it was stored").toBe(true);
}

/** The limits are the same whatever the engine could do, and are checked before anything is sent. */
export function describeLimits(suite: Suite): void {
  test("a record just below the limit is kept", async () => {
    const notes = suite.notes();
    const note = aNote({ value: "x".repeat(limits.recordBytes - 200) });
    await notes.create(note);
    await expectKept(notes, note);
  });

  test.each([
    ["letters", "x".repeat(limits.recordBytes)],
    ["characters of three bytes", "日".repeat(limits.recordBytes / 3)],
    ["numbers", Array.from({ length: 40_000 }, () => 1)],
    ["empty arrays", Array.from({ length: 100_000 }, () => [])],
    ["names", Object.fromEntries(Array.from({ length: 60_000 }, (_, n) => [`n${n}`, true]))],
  ])("a record over the limit is refused: %s", async (_name, value) => {
    const notes = suite.notes();
    const note = aNote({ value });
    await expect(notes.create(note)).rejects.toMatchObject({
      code: "invalid_argument",
      message: expect.stringContaining(String(limits.recordBytes)),
    });
    expect(await notes.get(note)).toBeUndefined();
  });

  test.each([
    ["numbers", Array.from({ length: 29_000 }, (_, n) => n + 0.123456789012)],
    ["empty arrays", Array.from({ length: 97_000 }, () => [])],
    ["small objects", Array.from({ length: 43_000 }, () => ({ a: true }))],
  ])("a record of many parts just below the limit is kept: %s", async (_name, value) => {
    const notes = suite.notes();
    const note = aNote({ value });
    await notes.create(note);
    await expectKept(notes, note);
  });

  // The record is level 1, so a value of it starts at level 2.
  test("fields nested to the limit are kept", async () => {
    const notes = suite.notes();
    const note = aNote({ value: nested(limits.depth - 1) });
    await notes.create(note);
    await expectKept(notes, note);
  });

  test("fields nested deeper are refused", async () => {
    const note = aNote({ value: nested(limits.depth) });
    await expect(suite.notes().create(note)).rejects.toMatchObject({ code: "invalid_argument" });
  });

  test("arrays nested to the limit are kept: each directly in another counts twice", async () => {
    const notes = suite.notes();
    const note = aNote({ value: nestedArrays(limits.depth / 2) });
    await notes.create(note);
    await expectKept(notes, note);
  });

  test("arrays nested deeper are refused", async () => {
    const note = aNote({ value: nestedArrays(limits.depth / 2 + 1) });
    await expect(suite.notes().create(note)).rejects.toMatchObject({ code: "invalid_argument" });
  });

  test("a value that contains itself is refused", async () => {
    const value: { self?: unknown } = {};
    value.self = value;
    const creating = suite.notes().create(aNote({ value }));
    await expect(creating).rejects.toMatchObject({ code: "invalid_argument" });
  });

  test("a field name at the limit is kept, a longer one refused", async () => {
    const notes = suite.notes();
    const note = aNote({ value: { ["n".repeat(limits.fieldNameBytes)]: 1 } });
    await notes.create(note);
    await expectKept(notes, note);
    const longer = aNote({ value: { ["n".repeat(limits.fieldNameBytes + 1)]: 1 } });
    await expect(notes.create(longer)).rejects.toMatchObject({ code: "invalid_argument" });
  });

  test("an indexed field that is too long is refused", async () => {
    const text = "x".repeat(limits.indexValueBytes + 1);
    await expect(suite.notes().create(aNote({ text }))).rejects.toMatchObject({
      code: "invalid_argument",
      details: { errors: [expect.objectContaining({ path: "text" })] },
    });
  });
}
