import { expect, test } from "vitest";
import { aShelf, anItem, storeItems } from "./items.ts";
import { allOf, scanAll } from "./pages.ts";
import { aNote, type Note, type Suite } from "./suite.ts";

// Line and paragraph separators, a byte order mark, marks without width, noncharacters, joined letters.
const signs: readonly string[] = [
  "\u00a0",
  "\u00ad",
  "\u180e",
  "\u200b",
  "\u200e",
  "\u2028",
  "\u2029",
  "\u202e",
  "\u2060",
  "\u3000",
  "\ufe0f",
  "\ufeff",
  "\ufffe",
  "\uffff",
  "\u{1f468}\u200d\u{1f469}",
  "\u{e0001}",
];

/** Keys with a sign in the places that engines and their clients treat specially. */
function keysWith(sign: string): readonly string[] {
  return [
    sign,
    `${sign}1001`,
    `1001${sign}`,
    `a${sign}b`,
    `${sign}${sign}`,
    `__a${sign}b__`,
    `__${sign}__`,
    `.${sign}`,
  ];
}

/** Text that programs tend to ignore is kept, found and compared like any other. */
export function describeUnusualText(suite: Suite): void {
  const keys = signs.flatMap(keysWith);
  const plain = ["1001", "ab", "__ab__", "."];

  /** Notes that differ only in such signs, under a text that no other test uses. */
  async function stored(): Promise<{ notes: ReturnType<Suite["notes"]>; all: Note[] }> {
    const notes = suite.notes();
    const all = [...keys, ...plain].map((noteId) => aNote({ noteId, text: noteId }));
    await notes.writeMany(all.map((note) => notes.action.put(note)));
    return { notes, all };
  }

  test("as keys, alone and together with others", async () => {
    const { notes, all } = await stored();
    const ids = all.map(({ noteId }) => noteId);
    expect(await notes.getMany(ids)).toEqual(all);
    const alone = ids.map((noteId) => notes.get(noteId, { coalesce: false }));
    expect(await Promise.all(alone)).toEqual(all);
    const [first] = ids;
    await notes.delete(first as string);
    const left = await notes.getMany(ids);
    expect(left).toEqual([undefined, ...all.slice(1)]);
  });

  const testQuery = suite.testWith("queries");

  testQuery("as values of an index, and page by page", async () => {
    const notes = suite.notes();
    const partition = `\ufeff${suite.freshName()}\u2028`;
    const all = keys.map((noteId, count) =>
      aNote({ noteId: `${noteId}-q`, text: partition, count }),
    );
    await notes.writeMany(all.map((note) => notes.action.put(note)));
    await suite.eventually(async () => {
      const found = await allOf(notes.each({ index: "byText", partition, pageSize: 7 }));
      expect(found).toEqual(all);
    });
  });

  testQuery("as what an index sorts by", async () => {
    const items = suite.items();
    const shelf = aShelf();
    const labels = keys.map((key, n) => `${key}${n}`);
    const ordered = labels.toSorted((one, other) =>
      Buffer.compare(Buffer.from(one), Buffer.from(other)),
    );
    await storeItems(
      items,
      labels.map((label) => anItem({ shelf, label })),
    );
    await suite.eventually(async () => {
      const query = { index: "byLabel", partition: shelf, pageSize: 9 } as const;
      const found = (await allOf(items.each(query))).map(({ label }) => label);
      expect(found).toEqual(ordered);
    });
  });

  const testScan = suite.testWith("scan");

  testScan("as keys in a scan, which ends", async () => {
    const collection = await suite.freshCollection();
    for (const key of keys) {
      const record = { key, revision: "r", schemaVersion: 1, data: {}, indexes: {} };
      await collection.write({ kind: "set", record, condition: { kind: "none" } }, {});
    }
    const found = (await scanAll(collection, 10)).map(({ key }) => key);
    expect(found.toSorted()).toEqual(keys.toSorted());
  });
}
