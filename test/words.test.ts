import { expect, test } from "vitest";
import { findWords } from "../scripts/words/find-words.ts";

test("a word of the list is found with its line, in any case and across forms", () => {
  expect(findWords("Fine.\nNobody waits in vain.")).toEqual([
    { line: 2, word: "Nobody", better: expect.stringContaining("no caller") },
    { line: 2, word: "in vain", better: expect.stringContaining("without success") },
  ]);
  expect(findWords("the caller's signal falls")).toHaveLength(1);
});

test("parts of longer words and other uses are left alone", () => {
  expect(findWords("whomever? renewal, to fall, an order, linear, dear reader")).toEqual([]);
});
