import { isDeepStrictEqual } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { limits } from "../repository/limits.ts";
import { Repository } from "../repository/repository.ts";
import { aNote, Note, type Notes, type Suite } from "./suite.ts";

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

function nestedBoth(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 2) value = { a: [value] };
  return value;
}

/** A value that counts how often a property of one of its wrapped parts is looked at. */
function counted(make: (wrap: <T extends object>(part: T) => T) => unknown): {
  readonly value: unknown;
  readonly visits: () => number;
} {
  let visits = 0;
  const proxies = new Map<object, object>();
  const wrap = <T extends object>(part: T): T => {
    const known = proxies.get(part);
    if (known !== undefined) return known as T;
    const proxy = new Proxy(part, {
      get: (target, name) => {
        visits += 1;
        return Reflect.get(target, name) as unknown;
      },
    });
    proxies.set(part, proxy);
    return proxy;
  };
  return { value: make(wrap), visits: () => visits };
}

const JsonNotes = Repository({
  name: "json-notes",
  schema: Note.extend({ value: z.json().optional() }),
  key: ["noteId"],
});

/** Compares without showing the difference: rendering one of this size takes a minute. */
async function expectKept(notes: Notes, note: Note): Promise<void> {
  const isSame = isDeepStrictEqual(await notes.get(note), note);
  expect(isSame, "the record is read as it was stored").toBe(true);
}

/** The limits are the same on every engine, and are checked before anything is sent. */
export function describeLimits(suite: Suite): void {
  let json: Pick<Notes, "create" | "action">;
  beforeAll(() => {
    json = new JsonNotes(suite.database(), { collection: suite.freshName() });
  });
  const storing = (items: Pick<Notes, "create">, value: unknown): Promise<unknown> =>
    items.create(aNote({ value }));

  // Three bytes for the record, one more than its name for each field, twelve for the number.
  const sizeWithoutText = (noteId: string): number =>
    3 + "noteId".length + 1 + noteId.length + "count".length + 1 + 12 + "value".length + 1;
  // The name of the index, the partition with a letter before it, and the number and the key to sort by.
  const sizeInIndex = (noteId: string, text: string): number =>
    "byText".length + 1 + text.length + 17 + noteId.length;

  test("a record of exactly the limit is kept, and one more byte is refused", async () => {
    const notes = suite.notes();
    const { noteId } = aNote();
    const text = "x".repeat(limits.recordBytes - sizeWithoutText(noteId));
    const larger = notes.put({ noteId, count: 1, value: `${text}x` });
    await expect(larger).rejects.toMatchObject({ code: "invalid_argument" });
    const note = { noteId, count: 1, value: text };
    await notes.create(note);
    await expectKept(notes, note);
  });

  test("what a record takes in its indexes counts as well", async () => {
    const notes = suite.notes();
    const { noteId } = aNote();
    const text = "text of the index";
    const taken =
      sizeWithoutText(noteId) + "text".length + 1 + text.length + sizeInIndex(noteId, text);
    const value = "x".repeat(limits.recordBytes - taken);
    const larger = notes.put({ noteId, count: 1, text, value: `${value}x` });
    await expect(larger).rejects.toMatchObject({ code: "invalid_argument" });
    const note = { noteId, count: 1, text, value };
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

  test("a value that contains itself in many places is refused at once, naming one", async () => {
    const { value, visits } = counted((wrap) => {
      const self: Record<string, unknown> = {};
      for (const name of ["a", "b", "c"]) self[name] = wrap(self);
      return { list: [wrap(self)] };
    });
    for (const items of [suite.notes(), json]) {
      await expect(storing(items, value)).rejects.toMatchObject({
        code: "invalid_argument",
        details: {
          errors: [{ path: "value.list[0].a", message: expect.stringContaining("back") }],
        },
      });
    }
    expect(visits()).toBeLessThan(10_000);
  });

  test("a value in very many places of another is refused at once", async () => {
    const { value, visits } = counted((wrap) => {
      let shared: Record<string, unknown> = {};
      for (let level = 0; level < 40; level += 1) shared = { a: wrap(shared), b: wrap(shared) };
      return shared;
    });
    for (const items of [suite.notes(), json]) {
      await expect(storing(items, value)).rejects.toMatchObject({ code: "invalid_argument" });
    }
    expect(visits()).toBeLessThan(4 * limits.recordBytes);
  });

  test("a value that is in two places is kept in both", async () => {
    const notes = suite.notes();
    const shared = { a: [1] };
    const note = aNote({ value: { one: shared, two: [shared, shared] } });
    await notes.create(note);
    await expectKept(notes, note);
  });

  test.each([
    ["lists", nestedArrays(5000), "value[0][0]"],
    ["objects", nested(5000), "value.a.a"],
    ["lists and objects", nestedBoth(5000), "value.a[0].a"],
  ])("5,000 %s in each other are refused under every schema", async (_name, value, path) => {
    const code = "invalid_argument";
    for (const items of [suite.notes(), json]) {
      await expect(storing(items, value)).rejects.toMatchObject({
        code,
        details: { errors: [{ path: expect.stringContaining(path) }] },
      });
      const note = aNote({ value });
      expect(() => items.action.put(note)).toThrow(expect.objectContaining({ code }));
    }
  });

  test.each([
    ["false, at 2 bytes each", Array.from({ length: 140_000 }, () => false)],
    ["control characters", "\u0001".repeat(limits.recordBytes - 200)],
    ["null", { list: Array.from({ length: 190_000 }, () => null) }],
  ])("a record just below the limit that is longer as JSON is kept: %s", async (_name, value) => {
    const notes = suite.notes();
    const note = aNote({ value });
    await notes.create(note);
    await expectKept(notes, note);
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
