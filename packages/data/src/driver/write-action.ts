import type { StoredRecord } from "./stored-record.ts";

/**
 * What must hold for a write to be applied. The check and the write are one atomic step.
 *
 * - `none`: nothing.
 * - `absent`: no record has the key.
 * - `present`: a record has the key.
 * - `revision`: a record has the key and this revision. `hint` is the hint of the read that returned the
 *   revision, if there was one.
 *
 * An expired record, `expiresAt <= now`, counts as absent even while the engine keeps it. `now` is in
 * milliseconds since 1970. `conditionHolds` judges all of it.
 */
export type WriteCondition =
  | { readonly kind: "none" }
  | { readonly kind: "absent"; readonly now: number }
  | { readonly kind: "present"; readonly now: number }
  | {
      readonly kind: "revision";
      readonly revision: string;
      readonly now: number;
      readonly hint?: unknown;
    };

/**
 * Stores the whole record, and replaces a record with the same key. With the capability
 * `keepsNewerVersions`, a set is refused if the stored record has a higher `schemaVersion`, under every
 * condition except `absent`.
 */
export interface SetAction {
  readonly kind: "set";
  readonly record: StoredRecord;
  readonly condition: WriteCondition;
}

/** Removes the record with the key. Removing an absent record with `none` succeeds. */
export interface RemoveAction {
  readonly kind: "remove";
  readonly key: string;
  readonly condition: WriteCondition;
}

/** A conditional write of one record. */
export type WriteAction = SetAction | RemoveAction;

/**
 * How a write ended.
 *
 * - `applied`: it is stored.
 * - `refused`: the condition did not hold, and nothing was changed.
 * - `uncertain`: the condition did not hold, but the request was sent more than once (a retry after a lost
 *   answer), so the first attempt may have been applied. The repository reads the record and compares.
 */
export type WriteOutcome = "applied" | "refused" | "uncertain";
