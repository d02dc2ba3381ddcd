import type { StoredRecord } from "./stored-record.ts";
import type { WriteCondition } from "./write-action.ts";

/**
 * Whether a record has expired. From then on it counts as absent, even while the engine keeps it.
 *
 * @param record A stored record, or just its `expiresAt`. Without one it never expires.
 * @param now The present, in milliseconds since 1970.
 */
export function isExpired({ expiresAt }: Pick<StoredRecord, "expiresAt">, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now;
}

/**
 * Whether the condition of a write or a check holds. For drivers that read a record and judge it
 * themselves, under a lock or in a transaction: the record must not change before the write.
 *
 * @param stored The record with the key. Absent: there is none.
 */
export function conditionHolds(
  condition: WriteCondition,
  stored: Pick<StoredRecord, "revision" | "expiresAt"> | undefined,
): boolean {
  if (condition.kind === "none") return true;
  const isThere = stored !== undefined && !isExpired(stored, condition.now);
  if (condition.kind === "absent") return !isThere;
  return isThere && (condition.kind === "present" || stored.revision === condition.revision);
}
