import { escapeControlCharacters } from "@plinth/core";
import { expect, test } from "vitest";

test.each([
  ["C0", "\u001b[31m\u0007\u0000", "\\u001b[31m\\u0007\\u0000"],
  ["breaks of lines", "a\nb\rc\td\u2028e\u2029f\u0085g", "a\\nb\\rc\\td\\u2028e\\u2029f\\u0085g"],
  ["C1", "\u009b2J\u0090", "\\u009b2J\\u0090"],
  ["what turns the direction", "\u202e\u2066\u200f\u061c", "\\u202e\\u2066\\u200f\\u061c"],
  ["what is not shown", "a\u200bb\ufeff\u{e0041}", "a\\u200bb\\ufeff\\udb40\\udc41"],
  ["halves of characters", "\ud83d", "\\ud83d"],
])("%s cannot reach a terminal", (_what, text, escaped) => {
  expect(escapeControlCharacters(text)).toBe(escaped);
  expect(JSON.parse(`"${escaped}"`)).toBe(text);
});

test("other text stays as it is", () => {
  const text = 'Grüße, 世界 😀 — "C:\\new" ';
  expect(escapeControlCharacters(text)).toBe(text);
});
