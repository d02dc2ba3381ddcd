import * as support from "@plinth/support/escape-control-characters";

/**
 * Makes a text safe to print on one line of a terminal: control, C1 and bidirectional characters and line breaks
 * become visible escapes such as `\n` and `\u202e`.
 *
 * @param text Any text. A backslash in it stays as it is.
 */
export function escapeControlCharacters(text: string): string {
  return support.escapeControlCharacters(text);
}
