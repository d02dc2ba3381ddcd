// Cc: C0, DEL and C1. Cf: what turns the direction of text, joins, or is not shown. Zl and Zp: separators.
// Cs: halves of characters.
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
/** Whether there is any, without the state that a global expression keeps. */
const anyUnprintable = new RegExp(unprintable.source, "u");

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escaped(character: string): string {
  return short[character] ?? character.replace(/[^]/g, unit);
}

function unit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/**
 * Makes foreign text safe for a terminal, in one line: control characters (C0, DEL, C1), line
 * separators, characters that turn the direction of text or are not shown, and halves of surrogate pairs
 * become `\n`, `\r`, `\t` or `\uXXXX`. Such text can move no cursor, change no color, and forge no line.
 *
 * The escapes are those of JSON: inside JSON text they mean the character that they stand for.
 *
 * @param text anything
 * @returns the same text where nothing had to be escaped; backslashes stay as they are
 */
export function escapeControlCharacters(text: string): string {
  return anyUnprintable.test(text) ? text.replace(unprintable, escaped) : text;
}
