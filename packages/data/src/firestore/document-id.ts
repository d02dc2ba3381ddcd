import { createHash } from "node:crypto";

const maxIdLength = 1500;

/**
 * The id of the document that a key is kept in. Firestore takes neither a slash, nor `.` and `..`, nor
 * two underscores at both ends, nor more than 1,500 bytes: those are escaped as in a URL, and what
 * becomes too long by that is replaced by its SHA-256.
 */
export function toDocumentId(key: string): string {
  let id = key.replaceAll(/[%/]/g, (character) => (character === "/" ? "%2F" : "%25"));
  if (id === "." || id === "..") id = id.replaceAll(".", "%2E");
  if (/^__.*__$/s.test(id)) id = `%5F${id.slice(1)}`;
  if (Buffer.byteLength(id) <= maxIdLength) return id;
  // No escaped id holds "%h", so a digest never meets one.
  return `%h${createHash("sha256").update(key).digest("hex")}`;
}
