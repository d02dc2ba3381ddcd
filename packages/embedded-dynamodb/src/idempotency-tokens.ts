import { createHash } from "node:crypto";
import type { EmbeddedDatabase } from "./embedded-database.ts";
import type { BatchOperation } from "./dynalite-modules.ts";
import { ApiError } from "./api-error.ts";

/** How long a token counts after the transaction it came with, in milliseconds. */
const tokenWindow = 10 * 60 * 1000;
const prefix = "plinth-token~";

interface UsedToken {
  readonly digest: string;
  /** Milliseconds since the epoch. */
  readonly usedAt: number;
}

/** Equal for equal contents, in any order of their keys. */
export function payloadDigest(payload: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(payload)) ?? "")
    .digest("base64");
}

/**
 * Whether a transaction with this token has succeeded within the window.
 *
 * @throws {ApiError} IdempotentParameterMismatchException where it had other contents.
 */
export async function wasDone(
  database: EmbeddedDatabase,
  token: string,
  digest: string,
): Promise<boolean> {
  const used = (await database.store.db.get(prefix + token)) as UsedToken | undefined;
  if (used === undefined || isOver(used, database)) return false;
  if (used.digest === digest) return true;
  const message = "Request has idempotency token but different parameters";
  throw new ApiError("IdempotentParameterMismatchException", message, { Message: message });
}

/** To be written with the transaction itself: a token counts exactly where its effects do. */
export function rememberToken(
  database: EmbeddedDatabase,
  token: string,
  digest: string,
): BatchOperation {
  const value: UsedToken = { digest, usedAt: database.now() };
  return { type: "put", key: prefix + token, value };
}

/** Removes tokens whose window is over. The SDK sends one with every transaction. */
export async function forgetOldTokens(database: EmbeddedDatabase): Promise<void> {
  const { db } = database.store;
  const old: BatchOperation[] = [];
  for await (const [key, used] of db.iterator({ gte: prefix, lt: `${prefix}\u{FFFF}` })) {
    if (isOver(used as UsedToken, database)) old.push({ type: "del", key });
  }
  await db.batch(old);
}

function isOver(used: UsedToken, database: EmbeddedDatabase): boolean {
  return database.now() - used.usedAt >= tokenWindow;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((element) => sorted(element));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, element]) => [key, sorted(element)]);
}
