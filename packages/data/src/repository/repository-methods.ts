import type { ActionFactory, RepositoryAction } from "./action.ts";
import type { IndexDeclarations } from "./definition.ts";
import type { Entry, ReadOptions, RevisionOptions, UpdateOptions } from "./entry.ts";
import type { MigrateOptions, MigrationProgress } from "./migrate.ts";
import type { EachOptions, IndexSelection, Page, PageOptions } from "./query.ts";

/** The indexes of a repository that declares none. */
// oxlint-disable-next-line typescript/no-empty-object-type -- an object without any property is meant
export type NoIndexes = {};

/**
 * What every repository does. Beside the codes named at the methods, all of them reject with:
 *
 * - `invalid_argument`: the key or the record is not one that can be stored; `details.errors` names
 *   the fields.
 * - `data_loss`: a stored record does not match the schema; the message names the fields.
 * - `failed_precondition`: a newer version of the service wrote the stored record.
 * - `cancelled`, `deadline_exceeded`: the current context was aborted or ran out of time. A write
 *   may have taken effect all the same.
 * - `unavailable`: the database did not answer, has no capacity left or met concurrent changes, in
 *   each of several attempts. A write may have taken effect all the same. Also when the database was
 *   closed: a call that comes afterwards sends nothing.
 * - `unimplemented`: the database cannot do it; see the capabilities of its driver.
 * - `internal`: anything else the database refused, such as missing permissions.
 *
 * Messages name neither repository nor key, as they may reach strangers; `internalDetails.operation` does,
 * for the log.
 *
 * A record that has expired is absent, whether the database has removed it or not.
 *
 * Nothing returned is shared with the database or another caller: change it freely.
 */
export interface RepositoryMethods<T, Key, I extends IndexDeclarations<T> = NoIndexes> {
  /** Reads a record, strongly consistent. @returns `undefined` when there is none */
  get(key: Key, options?: ReadOptions): Promise<T | undefined>;

  /** Reads a record with its revision. @returns `undefined` when there is none */
  getEntry(key: Key, options?: ReadOptions): Promise<Entry<T> | undefined>;

  /**
   * Reads any number of records, each strongly consistent.
   *
   * @returns one place for each key, in order; `undefined` where there is no record
   */
  getMany(keys: readonly Key[], options?: ReadOptions): Promise<(T | undefined)[]>;

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
   * Reads one page of the records that an index finds, in its order. Whether it sees the very latest
   * writes depends on the driver; see `consistentQueries` of its capabilities. A record deleted between
   * two pages makes no other one appear twice or not at all.
   *
   * Rejects with `invalid_argument` when the index is not declared, the range is not one, or the cursor
   * was altered or belongs to another query.
   */
  query(query: IndexSelection<T, I> & PageOptions): Promise<Page<T>>;

  /**
   * Goes through all the records that an index finds, reading a page at a time. Rejects as `query`
   * does, when the first record is asked for or later.
   */
  each(query: IndexSelection<T, I> & EachOptions): AsyncIterable<T>;

  /** Counts the records that an index finds. Rejects as `query` does. */
  count(query: IndexSelection<T, I>): Promise<number>;

  /** Makes actions for `Database.transact` and `writeMany`. Nothing happens before those. */
  readonly action: ActionFactory<T, Key>;

  /**
   * Applies writes of different records, each for itself, a few or many at a time.
   *
   * Rejects with `invalid_argument`, before anything is written, when two actions have the same key,
   * or one is a check or of another repository.
   *
   * @param actions any number; see {@link RepositoryMethods.action}
   * @returns how each ended, in order: what the method of that name returns or rejects with
   */
  writeMany(
    actions: readonly RepositoryAction<Entry<T> | undefined>[],
  ): Promise<PromiseSettledResult<Entry<T> | undefined>[]>;

  /**
   * Rewrites the records that are stored under an older version of the schema, a batch at a time,
   * while the service works. Can be stopped and begun again at any point: what is rewritten already is
   * left alone, and what somebody else writes in the meantime is kept.
   *
   * @returns the state at the end
   */
  migrate(options?: MigrateOptions): Promise<MigrationProgress>;

  /**
   * Makes the collection ready: creates what is missing when the database was told to, otherwise
   * checks. Called at start by `bindRepository`. Rejects with `failed_precondition` when something
   * is missing and with `unavailable` when the engine cannot be reached, both naming it.
   */
  open(): Promise<void>;
}
