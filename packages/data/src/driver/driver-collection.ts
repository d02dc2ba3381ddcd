import type { CountQuery, IndexPage, IndexQuery, ScanPage, ScanQuery } from "./index-query.ts";
import type { StoredRecord } from "./stored-record.ts";
import type { WriteAction, WriteOutcome } from "./write-action.ts";

/** What a driver is told about a collection when it opens it. */
export interface CollectionDefinition {
  /** Name of the table or collection: 3 to 255 characters out of `A-Z a-z 0-9 . _ -`. */
  readonly name: string;
  /**
   * Names of its indexes: letters and digits. All an index needs is equality on the partition and
   * order by the bytes of the sort; see {@link StoredRecord.indexes}.
   */
  readonly indexes: readonly string[];
  /** Whether records may carry `expiresAt`, so that the engine's own removal can be set up. */
  readonly expires: boolean;
}

/** What goes along with every call to a driver. */
export interface DriverCallOptions {
  /**
   * Aborted when nobody waits for the answer any more. A driver that cannot stop a request may ignore
   * it: the repository stops waiting on its own.
   */
  readonly signal?: AbortSignal;
}

/** One table or collection of a driver. */
export interface DriverCollection {
  /**
   * Reads records, each as it is after every write that was answered before the call (strongly
   * consistent). Expired records may be among them: the repository leaves them out.
   *
   * @param keys encoded keys; any number, duplicates allowed
   * @returns one place for each key, in order; `undefined` for an absent record. Nothing in it is
   *   shared with the store or with another answer.
   */
  get(keys: readonly string[], options: DriverCallOptions): Promise<(StoredRecord | undefined)[]>;

  /** Applies one conditional write. A condition that does not hold is an outcome, not an error. */
  write(action: WriteAction, options: DriverCallOptions): Promise<WriteOutcome>;

  /**
   * Applies writes of different records, each for itself, in any order.
   * Absent: the repository calls {@link DriverCollection.write} for each, a few at a time.
   *
   * @param actions any number, each for another record
   * @returns how each ended, in order
   */
  writeMany?(
    actions: readonly WriteAction[],
    options: DriverCallOptions,
  ): Promise<readonly WriteOutcome[]>;

  /**
   * Reads records by an index, in the order of their sort strings. Expired ones may be among them.
   * Absent: queries reject with `unimplemented`.
   */
  query?(query: IndexQuery, options: DriverCallOptions): Promise<IndexPage>;

  /**
   * Counts the records of a query that are not expired at `query.now`.
   * Absent: the repository counts by paging through the query.
   */
  count?(query: CountQuery, options: DriverCallOptions): Promise<number>;

  /**
   * Reads all records, page by page, in an order of the driver's own. A record that is there from the
   * first page to the last is read exactly once.
   * Absent: migrations reject with `unimplemented`.
   */
  scan?(query: ScanQuery, options: DriverCallOptions): Promise<ScanPage>;

  /**
   * Creates what the collection needs (a table, indexes, the engine's own removal of expired records)
   * where it is missing, and waits until it can be used. Does nothing where it is there already; two
   * callers at a time are no error.
   * Absent: the engine needs nothing.
   */
  ensureSchema?(options: DriverCallOptions): Promise<void>;

  /**
   * Finds out whether the collection can be used, without changing anything.
   *
   * @returns one sentence for each thing that is missing, naming it; empty when all is there
   * Absent: a read of one record stands in for it.
   */
  checkSchema?(options: DriverCallOptions): Promise<readonly string[]>;
}
