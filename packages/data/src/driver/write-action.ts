import type { StoredRecord } from "./stored-record.ts";

/**
 * What must hold for a write to be applied. It is judged and the write applied in one atomic step.
 *
 * - `none`: nothing.
 * - `absent`: no record has the key.
 * - `present`: a record has the key.
 * - `revision`: a record has the key and exactly this revision. `hint` is the hint of the read that
 *   the revision came from, where there was one.
 *
 * A record that has expired, `expiresAt <= now`, counts as absent even while the engine keeps it. `now`
 * is in milliseconds since 1970.
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
 * Stores the whole record in place of whatever has its key. With the capability `keepsNewerVersions`, a
 * stored record whose `schemaVersion` is higher refuses it under every condition but `absent`.
 */
export interface SetAction {
  readonly kind: "set";
  readonly record: StoredRecord;
  readonly condition: WriteCondition;
}

/** Removes the record with the key. Removing an absent record under `none` succeeds. */
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
 * - `applied`: it is stored durably.
 * - `refused`: the condition did not hold and nothing was changed.
 * - `uncertain`: the condition did not hold, but the request went out more than once (a retry after a
 *   lost answer), so the change may be our own. The repository reads the record back and compares.
 */
export type WriteOutcome = "applied" | "refused" | "uncertain";
