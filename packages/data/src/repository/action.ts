import type { Entry, RevisionOptions } from "./entry.ts";
import type { OpenCollection } from "./open-collection.ts";
import type { EncodedRecord } from "./record-codec.ts";
import { showKey } from "./record-key.ts";

/** What a check demands of a record. */
export type CheckedState = "absent" | "present" | { readonly revision: string };

/** A write or check that is yet to be done, together with others. */
export interface RepositoryAction<R> {
  /** `Repository "things", create "a"`, for messages. */
  readonly name: string;
  /** What it yields when it is done: the new entry, or nothing. Only a type; never there. */
  readonly result?: R;
}

/**
 * Makes actions. Each throws `invalid_argument` as the repository's method of the same name rejects
 * with it; records and keys are copied at once.
 */
export interface ActionFactory<T, Key> {
  /** As the method `create`: fails with `already_exists`. */
  create(record: T): RepositoryAction<Entry<T>>;
  /** As the method `put`: fails with `aborted`. */
  put(record: T, options?: RevisionOptions): RepositoryAction<Entry<T>>;
  /** As the method `replace`: fails with `not_found` or `aborted`. */
  replace(record: T, options?: RevisionOptions): RepositoryAction<Entry<T>>;
  /** As the method `delete`: fails with `aborted`. */
  delete(key: Key, options?: RevisionOptions): RepositoryAction<undefined>;
  /**
   * Changes nothing, and fails with `already_exists`, `not_found` or `aborted` unless the record is
   * absent, present or at the revision. For transactions only.
   */
  check(key: Key, state: CheckedState): RepositoryAction<undefined>;
}

/** A condition before the present time is known. */
export type WantedCondition =
  | { readonly kind: "none" | "absent" | "present" }
  | { readonly kind: "revision"; readonly revision: string };

/** What an action is made of. */
export interface ActionParts {
  readonly repository: string;
  readonly operation: string;
  readonly key: string;
  readonly condition: WantedCondition;
  /** What is stored; absent for a delete and a check. */
  readonly record?: EncodedRecord | undefined;
}

/** The action as those who carry it out see it. */
export class PreparedAction implements RepositoryAction<never> {
  declare readonly result?: never;
  readonly parts: ActionParts;
  readonly opened: OpenCollection;
  /** Makes the collection ready where the database is to do so. */
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

/** What is demanded of the stored record, where a write may name a revision. */
export function conditionOf(
  { revision }: { readonly revision?: unknown },
  otherwise: "none" | "present",
): WantedCondition {
  if (revision === undefined) return { kind: otherwise };
  // Revisions come from outside, as in a header. What no write can have stamped matches nothing, and
  // is not sent: some engines refuse the empty string, others NUL.
  const isOne = typeof revision === "string" && /^[\w-]{1,64}$/.test(revision);
  return { kind: "revision", revision: isOne ? revision : "unknown" };
}
