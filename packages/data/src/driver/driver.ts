import type { ErrorCode } from "@plinth/core/errors";
import type { CountQuery, IndexPage, IndexQuery, ScanPage, ScanQuery } from "./index-query.ts";
import type { StoredRecord } from "./stored-record.ts";
import type { TransactAction, TransactOptions, TransactOutcome } from "./transact-action.ts";
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

/**
 * What a driver can do beyond the required methods. Declared, never inferred: a method whose capability is
 * false is not called, even if it exists.
 */
export interface DriverCapabilities {
  /** Records outlive the process. */
  readonly durable: boolean;
  /** There is {@link DriverCollection.query}. Otherwise queries reject with `unimplemented`. */
  readonly queries: boolean;
  /**
   * A query sees every write that was answered before it. Otherwise it does so after a while; gets
   * are always consistent.
   */
  readonly consistentQueries: boolean;
  /** There is {@link Driver.transact}. Otherwise transactions reject with `unimplemented`. */
  readonly transactions: boolean;
  /** There is {@link DriverCollection.scan}. Otherwise migrations reject with `unimplemented`. */
  readonly scan: boolean;
  /**
   * A set is refused where a record of a higher `schemaVersion` is stored, judged and written in one
   * step; see {@link SetAction}. Otherwise an older version of a service may overwrite what a newer one
   * stored. Absent: false.
   */
  readonly keepsNewerVersions?: boolean;
  /**
   * Collections share tables, so a new collection needs no schema once another one has been created.
   * Absent: false, and {@link DriverCollection.checkSchema} reports a collection that
   * {@link DriverCollection.ensureSchema} has not created.
   */
  readonly sharedTables?: boolean;
}

/**
 * A database engine as the repositories see it. Third parties implement this interface; the suite in
 * `@plinth/data/conformance` says whether they did it right.
 *
 * Drivers reject with the engine's own errors. The repository asks {@link Driver.errorCode} for the
 * code and wraps the error once. A driver throws a `ServiceError` of its own only where it has
 * something to say that the raw error does not, such as which package is to be installed; it passes
 * through unchanged.
 *
 * The repository also repeats calls: whatever maps to `unavailable`, `resource_exhausted` or `aborted`
 * is tried again with a random, growing pause within the caller's deadline, and a condition that fails
 * on a repeated write is looked into. A driver need not repeat anything; where its client does so by
 * itself, few attempts are best.
 */
export interface Driver {
  /** The engine's name for messages: `"DynamoDB"`. */
  readonly name: string;
  readonly capabilities: DriverCapabilities;
  /** Where the engine is, for operators: `"http://127.0.0.1:8000"`. Absent: in this process. */
  endpoint?(): string | undefined;
  /** A handle on a collection. Must not do any I/O. */
  collection(definition: CollectionDefinition): DriverCollection;
  /**
   * Applies all of the actions or none, in one atomic step that no other reader or writer sees half
   * of. Absent (capability `transactions` false): transactions reject with `unimplemented`.
   *
   * @param actions 1 to 100, each for another record, over any of this driver's own collections
   */
  transact?(actions: readonly TransactAction[], options: TransactOptions): Promise<TransactOutcome>;
  /**
   * Maps an error that a call rejected with to a code. Pure. It is asked about every error, those of other
   * programs included, and must not throw; what is not the engine's is `undefined` or `"internal"`.
   *
   * - `unavailable`, `resource_exhausted`, `aborted`: transient. The call is repeated; if that does not
   *   help, it rejects with `unavailable`.
   * - `cancelled`, `deadline_exceeded`, `data_loss`, `unimplemented`: the call rejects with this code.
   * - `invalid_argument` from a transaction with a token: the token belongs to other actions. The call
   *   rejects with this code.
   * - Every other code: about the service itself, such as `permission_denied` or `failed_precondition` for
   *   a missing table. Operators see it in the log; the call rejects with `internal`.
   * - `undefined`: the driver does not know the error. As `"internal"`, but if it comes from a `get` of
   *   several keys, each key is read again alone, as with `data_loss`: one unreadable record then fails its
   *   own readers only.
   */
  errorCode(raw: unknown): ErrorCode | undefined;
  /**
   * Releases connections. Called once, after the calls before it have settled; the driver is not used
   * afterwards. A call that took more than five seconds may still be under way: it must settle, and
   * must not bring the process down.
   */
  close(): Promise<void>;
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
   * Absent (capability `queries` false): queries reject with `unimplemented`.
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
   * Absent (capability `scan` false): migrations reject with `unimplemented`.
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
