/**
 * Control characters (C0, DEL and C1), line separators, the byte order mark, and those that change the
 * direction of text: a terminal acts on them, or shows a line that was never written.
 */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const unsafe = /[\p{Cc}\p{Bidi_Control}\u2028\u2029\ufeff]/gu;

const short: Readonly<Record<string, string>> = {
  "\b": String.raw`\b`,
  "\t": String.raw`\t`,
  "\n": String.raw`\n`,
  "\f": String.raw`\f`,
  "\r": String.raw`\r`,
};

/**
 * Makes a text safe to print on one line of a terminal: control, C1 and bidirectional characters and
 * line breaks become visible escapes such as `\n` and `\u202e`.
 *
 * @param text any text; a backslash in it stays as it is
 */
export function escapeControlCharacters(text: string): string {
  return text.replaceAll(
    unsafe,
    (character) =>
      short[character] ?? String.raw`\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
