import { describe, expect, test } from "vitest";
import { behind, beginString, encodePartition, encodeSort } from "../src/repository/index-entry.ts";

const compare = (one: string, other: string): number =>
  Buffer.compare(Buffer.from(one), Buffer.from(other));

describe("the first text behind all that begin with a text", () => {
  const last = "\u{10ffff}";

  test.each(["a", "az", "\u0001", "a\ud7ff", "\uffff", `a${last}`, `a${last}${last}`, `s${last}a`])(
    "%j",
    (text) => {
      const end = behind(text);
      expect(end.isWellFormed()).toBe(true);
      for (const more of ["", "a", "\u0001", last, last + last, "\uffff", "\ud7ff"]) {
        expect(compare(text + more, end), `${text}${more}`).toBeLessThan(0);
      }
      // Nothing else is before it.
      expect(compare(text, end)).toBeLessThan(0);
      expect(end.startsWith(text)).toBe(false);
    },
  );

  test.each([last, last + last, last + last + last])("of a prefix, which may be %j", (prefix) => {
    const begin = beginString(prefix);
    const end = behind(begin);
    expect(compare(encodeSort(`${prefix}${last}`), end)).toBeLessThan(0);
    expect(compare(encodeSort(prefix), begin)).toBeGreaterThanOrEqual(0);
    expect(end).toBe("t");
  });
});

test("minus zero is zero, wherever it is encoded", () => {
  expect(encodeSort(-0)).toBe(encodeSort(0));
  expect(encodePartition(-0)).toBe(encodePartition(0));
});
