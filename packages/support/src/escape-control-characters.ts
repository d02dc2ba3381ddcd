/**
 * Control characters (Cc: C0, DEL and C1), separators of lines and paragraphs (Zl, Zp), halves of surrogate
 * pairs (Cs), and characters that change the direction of text or are not shown (Cf): a terminal acts on
 * them, or shows a line that was never written. The two joiners stay: scripts and emoji need them.
 */
const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]|(?![\u200c\u200d])\p{Cf}/gu;

const short: Readonly<Record<string, string>> = {
  "\b": String.raw`\b`,
  "\t": String.raw`\t`,
  "\n": String.raw`\n`,
  "\f": String.raw`\f`,
  "\r": String.raw`\r`,
};

/**
 * Makes a text safe to print on one line of a terminal: each unsafe character becomes a visible escape such
 * as `\n` or `\u202e`. The escapes are those of JSON: inside JSON text they mean the character itself.
 *
 * @param text Any text. A backslash in it stays as it is.
 */
export function escapeControlCharacters(text: string): string {
  return text.replaceAll(unsafe, (character) => short[character] ?? escaped(character));
}

function escaped(character: string): string {
  return character.replaceAll(
    /[^]/g,
    (unit) => String.raw`\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
