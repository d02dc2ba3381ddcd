import type { ActionFactory, RepositoryAction } from "./action.ts";
import type { IndexDeclarations } from "./definition.ts";
import type { Entry, ReadOptions, RevisionOptions, UpdateOptions } from "./entry.ts";
import type { MigrateOptions, MigrationProgress } from "./migrate.ts";
import type { EachOptions, IndexSelection, Page, PageOptions } from "./query.ts";

/** The indexes of a repository that declares none. */
// oxlint-disable-next-line typescript/no-empty-object-type -- it means an object without properties
export type NoIndexes = {};

/**
 * The methods of every repository. In addition to the codes at each method, all of them reject with:
 *
 * - `invalid_argument`: the key or the record cannot be stored; `details.errors` names the fields.
 * - `data_loss`: a stored record does not match the schema; the message names the fields.
 * - `failed_precondition`: a newer version of the service wrote the stored record.
 * - `cancelled`, `deadline_exceeded`: the current context was aborted or its deadline passed. A write may
 *   still have been applied.
 * - `unavailable`: every attempt failed transiently (no answer, throttling, a write conflict). A write may
 *   still have been applied. Also after the database was closed: then nothing is sent.
 * - `unimplemented`: the driver lacks the method.
 * - `internal`: any other error of the database, such as a missing permission.
 *
 * Messages name neither repository nor key, because they may reach foreign callers;
 * `internalDetails.operation` does, for the log.
 *
 * An expired record is absent, even before the database removes it.
 *
 * Returned values are shared with neither the database nor another caller: change them freely.
 */
export interface RepositoryMethods<T, Key, I extends IndexDeclarations<T> = NoIndexes> {
  /** Reads a record, strongly consistent. @returns `undefined` if there is none. */
  get(key: Key, options?: ReadOptions): Promise<T | undefined>;

  /** Reads a record with its revision. @returns `undefined` if there is none. */
  getEntry(key: Key, options?: ReadOptions): Promise<Entry<T> | undefined>;

  /**
   * Reads any number of records, each strongly consistent.
   *
   * @returns One element per key, in order; `undefined` for an absent record.
   */
  getMany(keys: readonly Key[], options?: ReadOptions): Promise<(T | undefined)[]>;

  /** Stores a new record. Rejects with `already_exists` if there is one with its key. */
  create(record: T): Promise<Entry<T>>;

  /**
   * Stores a record, new or not. With a revision: rejects with `aborted` unless a record is stored at that
   * revision.
   */
  put(record: T, options?: RevisionOptions): Promise<Entry<T>>;

  /**
   * Replaces the record with the same key. Without a revision: rejects with `not_found` if there is none.
   * With a revision: rejects with `aborted` unless a record is stored at that revision.
   */
  replace(record: T, options?: RevisionOptions): Promise<Entry<T>>;

  /**
   * Removes a record. Without a revision, an absent record is no error. With a revision: rejects with
   * `aborted` unless a record is stored at that revision.
   */
  delete(key: Key, options?: RevisionOptions): Promise<void>;

  /**
   * Reads a record, changes it and writes it back. Starts again if another write came in between. Updates of
   * one record within a process wait for each other, so that they do not collide; keep `change` short.
   *
   * Rejects with `not_found` if there is no record, and with `aborted` if every attempt met another write.
   *
   * @param change Makes the new record from the current one, which is a copy and may be changed in place.
   *   May run more than once. Must neither change the key nor update the same record. If it throws, nothing
   *   is written, and the error is passed on.
   */
  update(
    key: Key,
    change: (current: T) => T | Promise<T>,
    options?: UpdateOptions,
  ): Promise<Entry<T>>;

  /**
   * Reads one page of records by an index, in its order. It sees the latest writes if the driver's capability
   * `consistentQueries` says so. A record deleted between two pages makes no other record appear twice or
   * not at all.
   *
   * Rejects with `invalid_argument` if the index is not declared, the range is not valid, or the cursor was
   * altered or belongs to another query.
   */
  query(query: IndexSelection<T, I> & PageOptions): Promise<Page<T>>;

  /**
   * Iterates over all records that a query finds, one page at a time. Rejects like `query`, at the first
   * record or later.
   */
  each(query: IndexSelection<T, I> & EachOptions): AsyncIterable<T>;

  /** Counts the records that a query finds. Rejects like `query`. */
  count(query: IndexSelection<T, I>): Promise<number>;

  /** Makes actions for `Database.transact` and `writeMany`, which apply them. */
  readonly action: ActionFactory<T, Key>;

  /**
   * Applies writes of different records, each on its own, several at a time.
   *
   * Rejects with `invalid_argument`, before anything is written, if two actions have the same key, or one is
   * a check or of another repository.
   *
   * @param actions Any number; see {@link RepositoryMethods.action}.
   * @returns The outcome of each, in order, as the method of that name returns it or rejects with it.
   */
  writeMany(
    actions: readonly RepositoryAction<Entry<T> | undefined>[],
  ): Promise<PromiseSettledResult<Entry<T> | undefined>[]>;

  /**
   * Rewrites records of older versions of the schema, a batch at a time, while the service runs. Can be
   * interrupted and run again at any point: it skips records that are up to date, and keeps concurrent
   * writes.
   *
   * @returns The final progress.
   */
  migrate(options?: MigrateOptions): Promise<MigrationProgress>;

  /**
   * Prepares the collection: creates missing parts with `ensureSchema` of the database, and checks them
   * otherwise. `bindRepository` calls it at start. Rejects with `failed_precondition` if something is
   * missing, and with `unavailable` if the engine is not reachable; the message names it.
   */
  open(): Promise<void>;
}
