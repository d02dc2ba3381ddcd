import type { Entry, RevisionOptions } from "./entry.ts";
import type { OpenCollection } from "./open-collection.ts";
import type { EncodedRecord } from "./record-codec.ts";
import { showKey } from "./record-key.ts";

/** The state that a check requires of a record. */
export type CheckedState = "absent" | "present" | { readonly revision: string };

/** A write or check to be applied together with others. */
export interface RepositoryAction<R> {
  /** `Repository "things", create "a"`, for messages. */
  readonly name: string;
  /** The type of its result: the new entry, or `undefined`. The property never exists. */
  readonly result?: R;
}

/**
 * Makes actions. Each function throws `invalid_argument` if the repository's method of the same name would
 * reject with it, and copies its record or key at once.
 */
export interface ActionFactory<T, Key> {
  /** Like the method `create`: fails with `already_exists`. */
  create(record: T): RepositoryAction<Entry<T>>;
  /** Like the method `put`: fails with `aborted`. */
  put(record: T, options?: RevisionOptions): RepositoryAction<Entry<T>>;
  /** Like the method `replace`: fails with `not_found` or `aborted`. */
  replace(record: T, options?: RevisionOptions): RepositoryAction<Entry<T>>;
  /** Like the method `delete`: fails with `aborted`. */
  delete(key: Key, options?: RevisionOptions): RepositoryAction<undefined>;
  /**
   * Changes nothing. Fails with `already_exists`, `not_found` or `aborted` unless the record is absent,
   * present or at the revision. For transactions only.
   */
  check(key: Key, state: CheckedState): RepositoryAction<undefined>;
}

/** A condition without the present time. */
export type WantedCondition =
  | { readonly kind: "none" | "absent" | "present" }
  | { readonly kind: "revision"; readonly revision: string };

/** The parts of an action. */
export interface ActionParts {
  readonly repository: string;
  readonly operation: string;
  readonly key: string;
  readonly condition: WantedCondition;
  /** The record to store. Absent for a delete and a check. */
  readonly record?: EncodedRecord | undefined;
}

/** An action with everything that is needed to apply it. */
export class PreparedAction implements RepositoryAction<never> {
  declare readonly result?: never;
  readonly parts: ActionParts;
  readonly opened: OpenCollection;
  /** Creates the collection if the database has to. */
  readonly ready: () => Promise<void> | undefined;
  constructor(parts: ActionParts, opened: OpenCollection, ready: () => Promise<void> | undefined) {
    this.parts = parts;
    this.opened = opened;
    this.ready = ready;
  }

  get name(): string {
    const { repository, operation, key } = this.parts;
    return `Repository "${repository}", ${operation} ${showKey(key)}`;
  }
}

/** The condition of a write that may name a revision. */
export function conditionOf(
  { revision }: { readonly revision?: unknown },
  otherwise: "none" | "present",
): WantedCondition {
  if (revision === undefined) return { kind: otherwise };
  // Revisions come from outside, such as from a header. One that no write can have set matches nothing, and
  // is not sent: some engines reject the empty string, others NUL.
  const isOne = typeof revision === "string" && /^[\w-]{1,64}$/.test(revision);
  return { kind: "revision", revision: isOne ? revision : "unknown" };
}
