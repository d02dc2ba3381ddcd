import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { z } from "zod";
import { Repository } from "../repository/repository.ts";
import { alikeTexts } from "./alike.ts";
import { aNote, type Suite } from "./suite.ts";

const usable: readonly string[] = [
  "a/b",
  "/",
  "//",
  ".",
  "..",
  "../..",
  "__proto__",
  "__id__",
  "____",
  "constructor",
  "toString",
  "%",
  "%2F",
  "%h",
  "%25",
  "#1",
  "1",
  "|",
  "a|b",
  "\\",
  "\\|",
  '"quoted"',
  "`back`",
  "with space",
  " ",
  "😀",
  "é",
  "e\u0301",
  "日本",
  "\u{10ffff}",
  "\ufffd",
  "null",
  "undefined",
  "readiness",
  "Straße",
  "straße",
  "strasse",
  "STRASSE",
  "with space ",
];

const refused: Readonly<Record<string, string>> = {
  empty: "",
  "a NUL": "a\0b",
  "a line break": "a\nb",
  "a control character": "a\u001fb",
  DEL: "a\u007fb",
  "half a surrogate pair": "a\ud800b",
  "2,000 characters": "x".repeat(2000),
};

/** Any text is a key, or is refused before anything is sent. Keys are compared exactly. */
export function describeKeys(suite: Suite): void {
  test.each(usable)("%j is a key", async (noteId) => {
    const notes = suite.notes();
    const note = aNote({ noteId, text: `note of ${noteId}` });
    await notes.put(note);
    expect(await notes.get(noteId)).toEqual(note);
    await notes.delete(noteId);
    expect(await notes.get(noteId)).toBeUndefined();
  });

  test("keys that look alike are different records", async () => {
    const run = randomUUID();
    const keys = usable.map((key) => `${key}${run}${key}`);
    const notes = suite.notes();
    await Promise.all(keys.map((noteId, count) => notes.create({ noteId, count })));
    const stored = await Promise.all(keys.map((noteId) => notes.get(noteId)));
    expect(stored).toEqual(keys.map((noteId, count) => ({ noteId, count })));
  });

  test("similar keys are different records, for every write", async () => {
    const notes = suite.notes();
    const keys = alikeTexts(`k${randomUUID()}`);
    const records = keys.map((noteId, count) => ({ noteId, count }));
    const results = await notes.writeMany(records.map((record) => notes.action.create(record)));
    expect(results.map(({ status }) => status)).toEqual(records.map(() => "fulfilled"));
    expect(await Promise.all(records.map((record) => notes.get(record)))).toEqual(records);
    // A write of one of them changes no other.
    for (const record of records) await notes.replace({ ...record, count: record.count + 100 });
    for (const [n, record] of records.entries()) {
      await notes.delete(record);
      const [next] = await notes.getMany(keys.slice(n + 1, n + 2));
      expect(next?.count).toBe(records[n + 1] && n + 101);
    }
  });

  suite.testWith("transactions")(
    "similar keys are different records of one transaction",
    async () => {
      const database = suite.database();
      const notes = suite.notesOn(database);
      const records = alikeTexts(`k${randomUUID()}`).map((noteId, count) => ({ noteId, count }));
      for (let start = 0; start < records.length; start += 10) {
        const some = records.slice(start, start + 10);
        await database.transact(some.map((record) => notes.action.create(record)));
      }
      expect(await notes.getMany(records)).toEqual(records);
    },
    { actions: 10 },
  );

  test.each([
    ["letters", "k"],
    ["slashes", "/"],
    ["percent signs", "%"],
    ["underscores", "_"],
    ["emoji", "😀"],
  ])("keys of the full length are told apart: %s", async (_name, filling) => {
    const notes = suite.notes();
    const run = randomUUID();
    const long =
      run + filling.repeat(Math.floor((1024 - run.length - 1) / Buffer.byteLength(filling)));
    await notes.create({ noteId: `${long}a`, count: 1 });
    await notes.create({ noteId: `${long}b`, count: 2 });
    expect(await notes.get(`${long}a`)).toEqual({ noteId: `${long}a`, count: 1 });
    expect(await notes.get(`${long}b`)).toEqual({ noteId: `${long}b`, count: 2 });
  });

  test.each(Object.entries(refused))(
    "a key that is or has %s is refused",
    async (_name, noteId) => {
      const notes = suite.notes();
      const code = { code: "invalid_argument" };
      await expect(notes.get(noteId)).rejects.toMatchObject(code);
      await expect(notes.create(aNote({ noteId }))).rejects.toMatchObject(code);
      await expect(notes.put(aNote({ noteId }))).rejects.toMatchObject(code);
      await expect(notes.replace(aNote({ noteId }))).rejects.toMatchObject(code);
      await expect(notes.delete(noteId)).rejects.toMatchObject(code);
      await expect(notes.update(noteId, (note) => note)).rejects.toMatchObject(code);
    },
  );

  test("composite keys are told apart by all their parts", async () => {
    const Pair = Repository({
      name: "pairs",
      schema: z.object({
        left: z.union([z.string(), z.number()]),
        right: z.string(),
        n: z.number(),
      }),
      key: ["left", "right"],
    });
    const pairs = new Pair(suite.database(), { collection: suite.freshName() });
    const keys = [
      { left: "a|b", right: "c" },
      { left: "a", right: "b|c" },
      { left: "a\\", right: "|c" },
      { left: "a\\|", right: "c" },
      { left: "a\\", right: "b|c" },
      { left: "a|b\\", right: "c" },
      { left: "a\\\\", right: "|c" },
      { left: "a", right: "\\|c" },
      { left: "\\#1", right: "c" },
      { left: 1, right: "c" },
      { left: "1", right: "c" },
      { left: "#1", right: "c" },
      { left: -1.5e-7, right: "c" },
    ];
    for (const [n, key] of keys.entries()) await pairs.create({ ...key, n });
    const stored = await Promise.all(keys.map((key) => pairs.get(key)));
    expect(stored.map((pair) => pair?.n)).toEqual(keys.map((_key, n) => n));
  });

  test("minus zero and zero are the same key", async () => {
    const Numbered = Repository({
      name: "numbered",
      schema: z.object({ id: z.number() }),
      key: ["id"],
    });
    const numbered = new Numbered(suite.database(), { collection: suite.freshName() });
    await numbered.create({ id: -0 });
    expect(await numbered.get(0)).toEqual({ id: 0 });
  });
}
