/** Beginnings and ends of text that inexact comparison takes for one another. */
const alike: readonly (readonly [before: string, after: string])[] = [
  ["", ""],
  // Letter case.
  ["", "a"],
  ["", "A"],
  ["", "ß"],
  ["", "ss"],
  ["", "SS"],
  ["", "i"],
  ["", "ı"],
  ["", "İ"],
  // Blanks at the ends.
  ["", " "],
  ["", "  "],
  [" ", ""],
  ["", "a "],
  ["", " a"],
  ["", "\u00a0"],
  // Normal forms of Unicode, and letters without their accents.
  ["", "\u00e9"],
  ["", "e\u0301"],
  ["", "e"],
  ["", "\u212b"],
  ["", "\u00c5"],
  ["", "A\u030a"],
  ["", "\ufb01"],
  ["", "fi"],
  ["", "\uff41"],
  ["", "\uac00"],
  ["", "\u1100\u1161"],
  // Characters that some collations leave out.
  ["", "-"],
  ["", "_"],
  ["", "."],
  ["", "a-"],
  ["", "-a"],
  ["", "_a"],
  ["", ".a"],
  ["", "'a"],
  ["", "\u200ba"],
  ["", "\u00ada"],
  ["\ufeff", ""],
  // Numbers.
  ["", "1"],
  ["", "01"],
  ["", "1.0"],
  ["", "+1"],
  ["", "\u0661"],
  // Escapes and wildcards.
  ["", "%"],
  ["", "%20"],
  ["", "%61"],
  ["", "*"],
  ["", "\\"],
  ["", "\\\\"],
  ["", "&amp;"],
  ["", "&"],
  ["", "/a"],
  ["", "/"],
];

/** Different texts that inexact comparison takes for one another, each with the stem in it. */
export function alikeTexts(stem: string): string[] {
  return alike.map(([before, after]) => `${before}${stem}${after}`);
}

/** Two texts of a length, in bytes, that differ in their last character alone. */
export function alikeToTheEnd(stem: string, bytes: number): [string, string] {
  const long = stem.padEnd(bytes - 1, "x");
  return [`${long}a`, `${long}b`];
}
