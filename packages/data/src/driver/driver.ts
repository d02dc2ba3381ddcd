import type { ErrorCode } from "@plinth/core/errors";
import type { CollectionDefinition, DriverCollection } from "./driver-collection.ts";
import type { TransactAction, TransactOptions, TransactOutcome } from "./transact-action.ts";

/**
 * What a driver promises beyond its methods. That a driver has no queries, transactions or scan needs no
 * declaration: it leaves out the method.
 */
export interface DriverCapabilities {
  /** Records outlive the process. */
  readonly durable: boolean;
  /**
   * A query sees every write that was answered before it. Otherwise it does so after a while; gets
   * are always consistent.
   */
  readonly consistentQueries: boolean;
  /**
   * A set is refused where a record of a higher `schemaVersion` is stored, judged and written in one
   * step; see {@link SetAction}. Otherwise an older version of a service may overwrite what a newer one
   * stored. Absent: false.
   */
  readonly keepsNewerVersions?: boolean;
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
   * of. Absent: transactions reject with `unimplemented`.
   *
   * @param actions 1 to 100, each for another record, over any of this driver's own collections
   */
  transact?(actions: readonly TransactAction[], options: TransactOptions): Promise<TransactOutcome>;
  /** Maps an error that this driver rejected with to a code; `undefined` where it is not known. Pure. */
  errorCode(raw: unknown): ErrorCode | undefined;
  /**
   * Releases connections. Called once, after the calls before it have settled; the driver is not used
   * afterwards. A call that took more than five seconds may still be under way: it must settle, and
   * must not bring the process down.
   */
  close(): Promise<void>;
}
