import { expect, test } from "vitest";
import { aNote, type Suite } from "./suite.ts";

const kept: Readonly<Record<string, unknown>> = {
  "an empty string": "",
  "empty strings inside": { a: "", b: ["", { c: "" }] },
  "an empty object": {},
  "an empty array": [],
  null: null,
  true: true,
  false: false,
  zero: 0,
  "a fraction": 0.1,
  "a negative number": -12.5,
  "the largest safe integer": Number.MAX_SAFE_INTEGER,
  "an integer beyond the safe ones": 2 ** 53 + 2,
  "a large number": 1.234567890123456e125,
  "a small number": 1.5e-130,
  "all digits of a double": 0.30000000000000004,
  "an integer like a float": 1e21,
  "text like a number": "12",
  "text like a date": "2024-01-01T00:00:00.000Z",
  emoji: "😀 é e\u0301 日本",
  "control characters": "a\nb\tc\u0001d\u007f",
  "line ends of every kind": "a\r\nb\rc\n\rd\n\ne\u0085f\u2028g\u2029\r\n",
  "blanks at both ends": " \t a \u00a0\u3000 ",
  "nothing but blanks": "  \t\r\n",
  "normal forms of Unicode": [
    "\u00e9",
    "e\u0301",
    "\u212b",
    "\u00c5",
    "\ufb01",
    "\uff41",
    "\uac00",
  ],
  "characters without width": "\ufeffa\u200bb\u00adc\u202ed\ufe0f",
  "characters outside of Unicode's use": "\ufffd\ufffe\uffff\u{10ffff}\ue000",
  "escapes of other languages": "\\n \\u0041 %41 &amp; &#65; \\x41 '' $1 ${a} {{a}} \\ \\\\",
  "text like other values": ["null", "true", "0012", "1e5", "NaN", "[]", "{}", '"', "AAEC", "-0"],
  "names that differ in case, blanks or form": {
    a: 1,
    A: 2,
    "a ": 3,
    " a": 4,
    "\u00e9": 5,
    "e\u0301": 6,
    "a\r\nb": 7,
    "a\nb": 8,
    "01": 9,
    1: 10,
    "a-": 11,
    a_: 12,
  },
  "a mixed array": [1, "a", null, true, { a: 1 }],
  "an array inside an array": [[1, 2], [], [[3]]],
  "an array inside an array inside an object": { a: [[{ b: [[1]] }]] },
  "an object inside an array that looks like a wrapped array": [{ "%": [1] }, [{ "%": [2] }]],
  "an object inside an array that looks like an escaped one": [{ "%%": 1 }, { "%": 2, a: 3 }],
  "field names of all sorts": {
    "a.b": 1,
    "a b": 2,
    "a/b": 3,
    "`": 4,
    "#": 5,
    "😀": 6,
    1: 7,
    _a: 8,
    $b: 9,
    "[0]": 10,
    "%": 11,
    toString: 13,
    hasOwnProperty: 14,
    key: 15,
    revision: 16,
  },
  "names of wire formats": { S: "a", N: "1", M: {}, L: [], NULL: true, stringValue: "a" },
  "objects nested deeply": { a: { b: { c: { d: { e: { f: { g: { h: { i: { j: 1 } } } } } } } } } },
};

const refused: Readonly<Record<string, unknown>> = {
  "a Date": new Date(0),
  "a Map": new Map(),
  "a Buffer": Buffer.from("a"),
  "an instance of a class": new URL("http://localhost"),
  "a function": () => 1,
  "a symbol": Symbol("a"),
  "a bigint": 1n,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "half a surrogate pair": "a\udc00",
  NUL: "a\0",
  "a number too large": 1e126,
  "a number too small": 1e-131,
  "undefined in an array": [1, undefined],
  "an own property __proto__": JSON.parse('{"__proto__": {"polluted": true}}'),
  "a name with two underscores at both ends": { __a__: 1 },
  "an empty name": { "": 1 },
  "the name constructor": { constructor: 1 },
};

/** JSON comes back as it was. Other values are refused, and the error names the field. */
export function describeValues(suite: Suite): void {
  test.each(Object.entries(kept))("keeps %s", async (_name, value) => {
    const notes = suite.notes();
    const note = aNote({ value });
    const entry = await notes.create(note);
    expect(entry.record).toStrictEqual(note);
    expect(await notes.get(note)).toStrictEqual(note);
  });

  test.each(Object.entries(refused))("refuses %s, naming the field", async (_name, value) => {
    const notes = suite.notes();
    const note = aNote({ value: { inner: value } });
    await expect(notes.create(note)).rejects.toMatchObject({
      code: "invalid_argument",
      message: expect.stringContaining("value.inner"),
    });
    expect(await notes.get(note)).toBeUndefined();
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  test("properties that are undefined are left out", async () => {
    const notes = suite.notes();
    const note = aNote({ text: undefined, value: { a: undefined, b: 1 } });
    const expected = { noteId: note.noteId, count: 0, value: { b: 1 } };
    expect((await notes.create(note)).record).toStrictEqual(expected);
    expect(await notes.get(note)).toStrictEqual(expected);
  });

  test("minus zero becomes zero", async () => {
    const notes = suite.notes();
    const note = aNote({ count: -0, value: [-0] });
    const expected = { ...note, count: 0, value: [0] };
    expect((await notes.create(note)).record).toStrictEqual(expected);
    expect(await notes.get(note)).toStrictEqual(expected);
  });

  test("fields that the schema does not know are not stored", async () => {
    const notes = suite.notes();
    const note = aNote();
    await notes.create({ ...note, unknown: 1 } as typeof note);
    expect(await notes.get(note)).toStrictEqual(note);
  });

  test("a record that does not match the schema is refused, naming the field", async () => {
    const notes = suite.notes();
    const note = aNote({ count: "one" as unknown as number });
    await expect(notes.create(note)).rejects.toMatchObject({
      code: "invalid_argument",
      details: { errors: [expect.objectContaining({ path: "count" })] },
    });
    await expect(notes.put(note)).rejects.toMatchObject({ code: "invalid_argument" });
    await expect(notes.replace(note)).rejects.toMatchObject({ code: "invalid_argument" });
    expect(await notes.get(note)).toBeUndefined();
  });
}
