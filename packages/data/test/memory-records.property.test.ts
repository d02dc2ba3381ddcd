import * as fc from "fast-check";
import { expect, onTestFinished, test, vi } from "vitest";
import type { IndexRange } from "../src/driver/index-query.ts";
import { type MemoryRecord, MemoryRecords } from "../src/memory/memory-records.ts";

const compareBytes = (one: string, other: string): number =>
  Buffer.compare(Buffer.from(one), Buffer.from(other));

// UTF-16 has the emoji before U+FFFD, bytes have it behind.
const text = fc.string({ unit: fc.constantFrom("a", "b", "é", "\ufffd", "😀"), maxLength: 3 });
const key = fc.string({ unit: fc.constantFrom("k", "\ufffd", "😀"), minLength: 1, maxLength: 3 });
const partition = fc.constantFrom("p", "pp");
const entry = fc.record({ partition, sort: text });
const indexes = fc.record({ one: entry, other: entry }, { requiredKeys: [] });
const write = fc.record({ key, indexes: fc.option(indexes, { nil: undefined }) });
const range = fc.record(
  { index: fc.constantFrom("one", "other", "none"), partition, from: text, to: text },
  { requiredKeys: ["index", "partition"] },
);
const query = fc.tuple(range, fc.boolean()).map(([wanted, fromExclusive]) => ({
  ...wanted,
  fromExclusive,
}));

/** What a range has, found by looking at each record. */
function expected(records: MemoryRecords, wanted: IndexRange): string[] {
  const { index, from, fromExclusive = false, to } = wanted;
  return [...records]
    .flatMap(([name, { indexes: entries }]) => {
      const found = entries[index];
      return found?.partition === wanted.partition ? [{ name, sort: found.sort }] : [];
    })
    .filter(({ sort }) => from === undefined || compareBytes(sort, from) >= (fromExclusive ? 1 : 0))
    .filter(({ sort }) => to === undefined || compareBytes(sort, to) < 0)
    .toSorted(
      (one, other) => compareBytes(one.sort, other.sort) || compareBytes(one.name, other.name),
    )
    .map(({ name }) => name);
}

const recordOf = (name: string, entries: MemoryRecord["indexes"]): MemoryRecord => ({
  revision: "r",
  schemaVersion: 1,
  expiresAt: undefined,
  indexes: entries,
  text: name,
});
const namesOf = (found: Iterable<MemoryRecord>): string[] => Array.from(found, (one) => one.text);

test("a range has what one finds by looking at every record, in both directions", () => {
  fc.assert(
    fc.property(
      fc.array(write, { maxLength: 60 }),
      fc.array(query, { minLength: 5, maxLength: 5 }),
      (writes, queries) => {
        const records = new MemoryRecords();
        for (const { key: name, indexes: entries } of writes) {
          if (entries === undefined) records.delete(name);
          else records.set(name, recordOf(name, entries));
        }
        for (const wanted of queries) {
          const names = expected(records, wanted);
          expect(namesOf(records.range(wanted))).toEqual(names);
          expect(namesOf(records.range(wanted, "descending"))).toEqual(names.toReversed());
          const keys = [...records.keys()].toSorted(compareBytes);
          expect(namesOf(records.behind(undefined))).toEqual(keys);
          const after = wanted.from ?? "k";
          expect(namesOf(records.behind(after))).toEqual(
            keys.filter((name) => compareBytes(name, after) > 0),
          );
        }
        records.clear();
        expect(namesOf(records.behind(undefined))).toEqual([]);
        for (const wanted of queries) expect(namesOf(records.range(wanted))).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
});

test("keys that are no Unicode are not taken for one another", () => {
  const records = new MemoryRecords();
  const names = ["\ud800", "\ud801"];
  for (const name of names) {
    records.set(name, recordOf(name, { one: { partition: "p", sort: "s" } }));
  }
  expect(namesOf(records.behind(undefined))).toEqual(names);
  expect(namesOf(records.range({ index: "one", partition: "p" }))).toEqual(names);
});

test.each(["ascending", "descending"] as const)(
  "the first of 5,000 records, %s, are found without a look at the others",
  (order) => {
    const records = new MemoryRecords();
    for (let n = 0; n < 5_000; n += 1) {
      const name = String((n * 7_919) % 5_000).padStart(4, "0");
      records.set(name, recordOf(name, { one: { partition: "p", sort: name } }));
    }
    const compare = vi.spyOn(Buffer, "compare");
    onTestFinished(() => compare.mockRestore());
    const wanted = { index: "one", partition: "p", from: "1000", to: "2000" };
    const found: string[] = [];
    for (const { text: name } of records.range(wanted, order)) {
      found.push(name);
      if (found.length === 3) break;
    }
    expect(found).toEqual(
      order === "ascending" ? ["1000", "1001", "1002"] : ["1999", "1998", "1997"],
    );
    expect(namesOf(records.range({ ...wanted, to: "1010" }, order))).toHaveLength(10);
    // Two searches, and a look at each place up to the first beyond the end.
    expect(compare.mock.calls.length).toBeLessThan(60);
  },
);
