import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from "node:crypto";
import { DeclarationError } from "@plinth/core/errors";
import { compareBytes } from "../driver/byte-order.ts";
import type { IndexRange } from "../driver/index-query.ts";
import { callError } from "./call-error.ts";

/** A secret, or several: the first one seals cursors, every one opens them. */
export type CursorSecrets = string | readonly string[];

/**
 * The key of cursors: the secrets themselves, or an object that reveals them, such as a `Secret` of
 * `@plinth/config`.
 */
export type CursorKey = CursorSecrets | { reveal(): CursorSecrets };

/** The query that a cursor is bound to. */
export interface CursorScope {
  readonly collection: string;
  readonly range: IndexRange;
  readonly order: "ascending" | "descending";
}

interface Keys {
  readonly encryption: Uint8Array;
  readonly nonce: Uint8Array;
}

const algorithm = "aes-256-gcm";
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Makes and reads cursors. A cursor is the position where a page ended, encrypted, so that it shows no value
 * of a record, and authenticated together with its query.
 */
export class CursorSeal {
  readonly #keys: readonly [Keys, ...Keys[]];

  /** Throws a `DeclarationError` if the key has no secret. */
  constructor(key: CursorKey) {
    const given = typeof key === "object" && "reveal" in key ? key.reveal() : key;
    const secrets = Array.isArray(given) ? (given as readonly string[]) : [given as string];
    const [first, ...others] = secrets.map((secret) => {
      if (typeof secret === "string" && secret !== "") return derive(secret);
      throw new DeclarationError(
        "Database: cursorKey must be a text that is not empty, or a list.",
      );
    });
    if (first === undefined) {
      throw new DeclarationError("Database: the list of cursorKey needs at least one secret.");
    }
    this.#keys = [first, ...others];
  }

  /** Makes a cursor. @param position The sort string where the page ended. */
  seal(position: string, scope: CursorScope): string {
    const [{ encryption, nonce: nonceKey }] = this.#keys;
    const bound = scopeText(scope);
    // Derived from everything that is sealed: equal pages have equal cursors, and no two texts share a nonce.
    const nonce = createHmac("sha256", nonceKey)
      .update(`${bound}\0${position}`)
      .digest()
      .subarray(0, nonceBytes);
    const cipher = createCipheriv(algorithm, encryption, nonce, { authTagLength: tagBytes });
    cipher.setAAD(Buffer.from(bound));
    const sealed = Buffer.concat([cipher.update(position, "utf8"), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
  }

  /**
   * Reads a cursor. Throws `invalid_argument` unless it was made for the same scope with one of the keys,
   * is unaltered, and its position is within the range of its query.
   *
   * @param cursor Any value, as it came from the caller.
   * @param what What was called, for the log: `Repository "things", query`.
   * @returns The position.
   */
  open(cursor: unknown, scope: CursorScope, what: string): string {
    const position = typeof cursor === "string" ? this.#positionOf(cursor, scope) : undefined;
    // Anyone with the key can make a cursor. Even then it must not lead out of the range of the query.
    if (position !== undefined && isWithin(position, scope.range)) return position;
    const message = "is not a cursor of this query; begin with the first page";
    throw callError("invalid_argument", what, `The cursor ${message}.`, {
      details: { errors: [{ path: "cursor", code: "invalid_value", message }] },
    });
  }

  #positionOf(cursor: string, scope: CursorScope): string | undefined {
    const bytes = Buffer.from(cursor, "base64url");
    // Decoding ignores extra characters and bits; a cursor has one spelling only.
    if (bytes.length < nonceBytes + tagBytes || bytes.toString("base64url") !== cursor) return;
    const bound = Buffer.from(scopeText(scope));
    for (const { encryption } of this.#keys) {
      const position = decrypt(bytes, bound, encryption);
      if (position !== undefined) return position;
    }
    return undefined;
  }
}

function derive(secret: string): Keys {
  const key = (purpose: string): Uint8Array =>
    new Uint8Array(hkdfSync("sha256", secret, "", `plinth cursor ${purpose}`, keyBytes));
  return { encryption: key("encryption"), nonce: key("nonce") };
}

function decrypt(bytes: Buffer, bound: Buffer, key: Uint8Array): string | undefined {
  const nonce = bytes.subarray(0, nonceBytes);
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(bound);
  decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  const position = decipher.update(bytes.subarray(nonceBytes + tagBytes));
  try {
    return Buffer.concat([position, decipher.final()]).toString();
  } catch {
    // Altered, of another query, or sealed with another key: the cipher does not tell which.
    return undefined;
  }
}

function scopeText({ collection, range, order }: CursorScope): string {
  const { index, partition, from, fromExclusive = false, to } = range;
  const scope = [collection, index, partition, from ?? null, fromExclusive, to ?? null, order];
  return JSON.stringify(scope);
}

/** Whether a page of the range can end at a position. */
export function isWithin(position: string, { from, to }: IndexRange): boolean {
  return (
    (from === undefined || compareBytes(position, from) >= 0) &&
    (to === undefined || compareBytes(position, to) < 0)
  );
}
