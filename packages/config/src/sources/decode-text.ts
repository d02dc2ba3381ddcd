/** The code of {@link UnreadableSourceError} for bytes that are no text. */
export const encodingCode = "EENCODING";

/** Thrown by `decodeText`. */
class EncodingError extends Error {
  readonly code: string = encodingCode;
}

function encodingOf(bytes: Buffer): "utf-8" | "utf-16le" | "utf-16be" {
  const mark = bytes.subarray(0, 2).toString("latin1");
  // The mark of UTF-32 begins like that of UTF-16; the zeros after it are refused below.
  if (mark === "\u00ff\u00fe") return "utf-16le";
  return mark === "\u00fe\u00ff" ? "utf-16be" : "utf-8";
}

/**
 * The text of a file: UTF-16 where a byte order mark says so, as PowerShell 5 and Notepad write it, otherwise
 * UTF-8. The mark is no part of the text.
 *
 * @throws {Error} with the code {@link encodingCode} for anything else, UTF-16 without a mark included: it
 *   would count as empty, or be read as another value than was written.
 */
export function decodeText(bytes: Buffer): string {
  let text: string;
  try {
    text = new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    throw new EncodingError("The bytes are no text.");
  }
  if (text.includes("\0")) throw new EncodingError("The text has a zero in it.");
  return text;
}
