import { randomBytes } from "node:crypto";

/** A key that cannot be guessed: 256 random bits behind a word by which scanners for secrets know it. */
export function createKey(): string {
  return `plinth_${randomBytes(32).toString("base64url")}`;
}
