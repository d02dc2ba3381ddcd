import { createHmac, timingSafeEqual } from "node:crypto";
import { InvalidArgumentError } from "@plinth/core/errors";
import type { IndexRange } from "../driver/index-query.ts";

/** All that a cursor is bound to: a page of another query begins elsewhere. */
export interface CursorScope {
  readonly collection: string;
  readonly range: IndexRange;
  readonly order: "ascending" | "descending";
}

const signatureBytes = 32;

/**
 * Makes a cursor: the place where a page ended, signed.
 *
 * @param position the sort string up to which records were shown
 * @param key signs cursors; all instances of a service need the same
 */
export function sealCursor(position: string, scope: CursorScope, key: string): string {
  const place = Buffer.from(position);
  return Buffer.concat([sign(place, scope, key), place]).toString("base64url");
}

/**
 * Reads a cursor. Throws `invalid_argument` unless it was made for the same scope under the same key
 * and has not been altered since.
 *
 * @param what begins the message: `Repository "things", query`
 * @returns the position that it was made with
 */
export function openCursor(cursor: string, scope: CursorScope, key: string, what: string): string {
  const bytes = Buffer.from(cursor, "base64url");
  const place = bytes.subarray(signatureBytes);
  const signature = bytes.subarray(0, signatureBytes);
  // Decoding overlooks characters and bits that do not count; a cursor has one spelling only.
  const isOurs =
    bytes.toString("base64url") === cursor &&
    signature.length === signatureBytes &&
    timingSafeEqual(signature, sign(place, scope, key));
  if (isOurs) return place.toString();
  const message = "is not a cursor of this query; begin with the first page";
  throw new InvalidArgumentError(`${what}: cursor ${message}.`, {
    details: { errors: [{ path: "cursor", code: "invalid_value", message }] },
  });
}

function sign(place: Uint8Array, { collection, range, order }: CursorScope, key: string): Buffer {
  const { index, partition, from, fromExclusive = false, to } = range;
  const scope = [collection, index, partition, from ?? null, fromExclusive, to ?? null, order];
  return createHmac("sha256", key)
    .update(JSON.stringify(scope))
    .update("\0")
    .update(place)
    .digest();
}
