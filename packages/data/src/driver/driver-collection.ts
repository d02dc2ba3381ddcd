import type { CountQuery, IndexPage, IndexQuery, ScanPage, ScanQuery } from "./index-query.ts";
import type { StoredRecord } from "./stored-record.ts";
import type { WriteAction, WriteOutcome } from "./write-action.ts";

/** Describes a collection to a driver that opens it. */
export interface CollectionDefinition {
  /** Name of the table or collection: 3 to 255 characters of `A-Z a-z 0-9 . _ -`. */
  readonly name: string;
  /**
   * Names of its indexes: letters and digits. An index compares partitions for equality and orders by the
   * bytes of the sort strings; see {@link StoredRecord.indexes}.
   */
  readonly indexes: readonly string[];
  /** Whether records may have `expiresAt`, so that the driver can set up removal by the engine. */
  readonly expires: boolean;
}

/** Options of every call to a driver. */
export interface DriverCallOptions {
  /**
   * Aborted once the caller has stopped waiting. A driver that cannot stop a request may ignore it: the
   * repository stops waiting by itself.
   */
  readonly signal?: AbortSignal;
}

/** One table or collection of a driver. */
export interface DriverCollection {
  /**
   * Reads records, strongly consistent: each read sees every write that was answered before the call.
   * May return expired records: the repository leaves them out.
   *
   * @param keys Encoded keys. Any number, duplicates allowed.
   * @returns One element per key, in order; `undefined` for an absent record. Nothing in it is shared with
   *   the store or with another answer.
   */
  get(keys: readonly string[], options: DriverCallOptions): Promise<(StoredRecord | undefined)[]>;

  /** Applies one conditional write. A condition that does not hold is an outcome, not an error. */
  write(action: WriteAction, options: DriverCallOptions): Promise<WriteOutcome>;

  /**
   * Applies writes of different records, each on its own, in any order.
   * Absent: the repository calls {@link DriverCollection.write} for each, a few at a time.
   *
   * @param actions Any number, each for a different record.
   * @returns The outcome of each, in order.
   */
  writeMany?(
    actions: readonly WriteAction[],
    options: DriverCallOptions,
  ): Promise<readonly WriteOutcome[]>;

  /**
   * Reads records by an index, in the order of their sort strings. May return expired records.
   * Absent: queries reject with `unimplemented`.
   */
  query?(query: IndexQuery, options: DriverCallOptions): Promise<IndexPage>;

  /**
   * Counts the records of a query that are not expired at `query.now`.
   * Absent: the repository counts by paging through the query.
   */
  count?(query: CountQuery, options: DriverCallOptions): Promise<number>;

  /**
   * Reads all records, page by page, in any order. A record that exists from the first page to the last is
   * read exactly once.
   * Absent: migrations reject with `unimplemented`.
   */
  scan?(query: ScanQuery, options: DriverCallOptions): Promise<ScanPage>;

  /**
   * Creates what the collection needs and lacks (a table, indexes, removal of expired records by the
   * engine), and waits until it is usable. Idempotent; concurrent calls are no error.
   * Absent: the engine needs nothing.
   */
  ensureSchema?(options: DriverCallOptions): Promise<void>;

  /**
   * Checks whether the collection is usable. Changes nothing.
   * Absent: the repository reads one record instead.
   *
   * @returns One sentence for each missing part, which names it; empty if nothing is missing.
   */
  checkSchema?(options: DriverCallOptions): Promise<readonly string[]>;
}
