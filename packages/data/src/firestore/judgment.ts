import type { StoredRecord } from "../driver/stored-record.ts";
import type { CheckAction } from "../driver/transact-action.ts";
import type { WriteAction, WriteCondition } from "../driver/write-action.ts";
import type { DocumentHint } from "./document.ts";

/** A precondition as Firestore takes it. */
export interface Precondition<Time> {
  readonly exists?: boolean;
  readonly lastUpdateTime?: Time;
}

/** The key of the record that an action is about. */
export function keyOf(action: WriteAction | CheckAction): string {
  return action.kind === "set" ? action.record.key : action.key;
}

/** Whether a condition holds for what is stored. */
export function holds(condition: WriteCondition, stored: StoredRecord | undefined): boolean {
  if (condition.kind === "none") return true;
  const isThere = stored !== undefined && !isExpired(stored, condition.now);
  if (condition.kind === "absent") return !isThere;
  return isThere && (condition.kind === "present" || stored.revision === condition.revision);
}

/** The precondition that holds only while a record is as it was read. */
export function pinned<Time>(stored: StoredRecord | undefined): Precondition<Time> {
  if (stored === undefined) return { exists: false };
  return { lastUpdateTime: (stored.hint as DocumentHint<Time>).updateTime };
}

/**
 * What Firestore is to check for a condition, where that can be told without reading. It compares
 * nothing but existence and its own update time, and counts expired records as existing.
 *
 * @param expires whether records of the collection may have expired
 * @returns `undefined` where the record has to be read first
 */
export function preconditionOf<Time>(
  condition: WriteCondition,
  expires: boolean,
): Precondition<Time> | undefined {
  if (condition.kind === "none") return {};
  if (condition.kind === "revision") {
    const hint = condition.hint as DocumentHint<Time> | undefined;
    // One that has expired since is read again, and found expired.
    return hint === undefined || isExpired(hint, condition.now)
      ? undefined
      : { lastUpdateTime: hint.updateTime };
  }
  return expires ? undefined : { exists: condition.kind === "present" };
}

function isExpired({ expiresAt }: { expiresAt?: number | undefined }, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now;
}
