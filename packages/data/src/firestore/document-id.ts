import { createHash } from "node:crypto";

const maxIdLength = 1500;

/**
 * The id of the document of a key. Firestore accepts no slash, no `.` and `..`, no two underscores at both ends,
 * and at most 1,500 bytes. Such ids are escaped as in a URL; an id that is too long is replaced by its
 * SHA-256.
 */
export function toDocumentId(key: string): string {
  let id = key.replaceAll(/[%/]/g, (character) => (character === "/" ? "%2F" : "%25"));
  if (id === "." || id === "..") id = id.replaceAll(".", "%2E");
  if (/^__.*__$/s.test(id)) id = `%5F${id.slice(1)}`;
  if (Buffer.byteLength(id) <= maxIdLength) return id;
  // No escaped id contains "%h", so none equals a digest.
  return `%h${createHash("sha256").update(key).digest("hex")}`;
}
