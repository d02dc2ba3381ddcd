import { isExpired } from "../driver/condition-holds.ts";
import type { StoredRecord } from "../driver/stored-record.ts";
import type { WriteCondition } from "../driver/write-action.ts";
import type { DocumentHint } from "./document.ts";

/** A precondition of Firestore. */
export interface Precondition<Time> {
  readonly exists?: boolean;
  readonly lastUpdateTime?: Time;
}

/** The precondition that a record has not changed since it was read. */
export function pinned<Time>(stored: StoredRecord | undefined): Precondition<Time> {
  if (stored === undefined) return { exists: false };
  return { lastUpdateTime: (stored.hint as DocumentHint<Time>).updateTime };
}

/**
 * The precondition for a condition, if no read is needed. Firestore compares nothing but existence and its own
 * update time, and counts expired records as existing.
 *
 * @param expires Whether records of the collection can expire.
 * @returns `undefined` if the record has to be read first.
 */
export function preconditionOf<Time>(
  condition: WriteCondition,
  expires: boolean,
): Precondition<Time> | undefined {
  if (condition.kind === "none") return {};
  if (condition.kind === "revision") {
    const hint = condition.hint as DocumentHint<Time> | undefined;
    // A record that has expired since is read again, and found expired.
    return hint === undefined || isExpired(hint, condition.now)
      ? undefined
      : { lastUpdateTime: hint.updateTime };
  }
  return expires ? undefined : { exists: condition.kind === "present" };
}
