/** A record together with the revision that it was read or written at. */
export interface Entry<T> {
  readonly record: T;
  /** Opaque; differs after every write. Give it back to change the record only as you saw it. */
  readonly revision: string;
}

/** Options of a write that may demand a revision. */
export interface RevisionOptions {
  /** The write applies only to the record at this revision. Default: whatever is stored. */
  readonly revision?: string | undefined;
}

/** Options of `update`. */
export interface UpdateOptions {
  /** How often to read, change and write before giving up with `aborted`. Default: 30. */
  readonly attempts?: number | undefined;
}

/**
 * What every repository does. Beside the codes named at the methods, all of them reject with:
 *
 * - `invalid_argument`: the key or the record is not one that can be stored; `details.errors` names
 *   the fields.
 * - `data_loss`: a stored record does not match the schema; the message names the fields.
 * - `cancelled`, `deadline_exceeded`: the current context was aborted or ran out of time. A write
 *   may have taken effect all the same.
 * - `unavailable`, `resource_exhausted`: the database did not answer or has no capacity left, after
 *   the retries of its client. A write may have taken effect all the same.
 * - `internal`: anything else the database refused, such as missing permissions.
 *
 * Nothing returned is shared with the database or another caller: change it freely.
 */
export interface RepositoryMethods<T, Key> {
  /** Reads a record, strongly consistent. @returns `undefined` when there is none */
  get(key: Key): Promise<T | undefined>;

  /** Reads a record with its revision. @returns `undefined` when there is none */
  getEntry(key: Key): Promise<Entry<T> | undefined>;

  /** Stores a new record. Rejects with `already_exists` when there is one with its key. */
  create(record: T): Promise<Entry<T>>;

  /**
   * Stores a record, new or not. With a revision: rejects with `aborted` unless a record is stored
   * at exactly that revision.
   */
  put(record: T, options?: RevisionOptions): Promise<Entry<T>>;

  /**
   * Stores a record in place of the one with its key. Without a revision: rejects with `not_found`
   * when there is none. With one: rejects with `aborted` unless a record is stored at exactly that
   * revision.
   */
  replace(record: T, options?: RevisionOptions): Promise<Entry<T>>;

  /**
   * Removes a record. Without a revision an absent record is fine. With one: rejects with `aborted`
   * unless a record is stored at exactly that revision.
   */
  delete(key: Key, options?: RevisionOptions): Promise<void>;

  /**
   * Reads a record, changes it and writes it back, again from the start when somebody else wrote in
   * between. Updates of one record within a process wait for each other, so that they do not collide;
   * keep `change` short.
   *
   * Rejects with `not_found` when there is no record, and with `aborted` when every attempt met
   * another writer.
   *
   * @param change makes the new record out of the current one, which is its own copy and may be
   *   changed in place. It may run more than once, and must neither change the key nor update the
   *   same record. What it throws is thrown on, and nothing is written.
   */
  update(
    key: Key,
    change: (current: T) => T | Promise<T>,
    options?: UpdateOptions,
  ): Promise<Entry<T>>;

  /**
   * Makes the collection ready: creates what is missing when the database was told to, otherwise
   * checks. Called at start by `bindRepository`. Rejects with `failed_precondition` when something
   * is missing and with `unavailable` when the engine cannot be reached, both naming it.
   */
  open(): Promise<void>;
}
