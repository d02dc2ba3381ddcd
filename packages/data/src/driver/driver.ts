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
   * A query sees every write that was answered before it. Otherwise queries lag behind writes; gets are
   * always consistent.
   */
  readonly consistentQueries: boolean;
  /**
   * A set is refused if a record of a higher `schemaVersion` is stored, checked and written in one atomic
   * step; see `SetAction`. Otherwise an older version of a service may overwrite records of a newer one.
   * Default: false.
   */
  readonly keepsNewerVersions?: boolean;
}

/**
 * A database engine as the repositories use it. Third parties implement this interface, and test it with
 * the suite in `@plinth/data/conformance`.
 *
 * Drivers reject with the errors of the engine. The repository asks {@link Driver.errorCode} for the code,
 * and wraps the error once. A driver throws a `ServiceError` only if it says more than the raw error, such
 * as which package to install; it passes through unchanged.
 *
 * The repository retries: errors that map to `unavailable`, `resource_exhausted` or `aborted` are retried
 * with random, growing pauses within the caller's deadline. If a condition fails on a retried write, the
 * repository finds out whether the first attempt was applied. So a driver retries nothing; if its client
 * does, few attempts are best.
 */
export interface Driver {
  /** The engine's name for messages: `"DynamoDB"`. */
  readonly name: string;
  readonly capabilities: DriverCapabilities;
  /** Where the engine is, for operators: `"http://127.0.0.1:8000"`. Absent: in this process. */
  endpoint?(): string | undefined;
  /** Returns a handle on a collection. Must not do any I/O. */
  collection(definition: CollectionDefinition): DriverCollection;
  /**
   * Applies all actions or none, in one atomic step: no reader or writer sees a part of it.
   * Absent: transactions reject with `unimplemented`.
   *
   * @param actions 1 to 100, each for a different record, on any collections of this driver.
   */
  transact?(actions: readonly TransactAction[], options: TransactOptions): Promise<TransactOutcome>;
  /** Maps an error that this driver rejected with to a code; `undefined` if it is not known. Pure. */
  errorCode(raw: unknown): ErrorCode | undefined;
  /**
   * Releases connections. Called once, after earlier calls have settled; the driver is not used
   * afterwards. A call that takes more than five seconds may still be in flight: it must settle, and must
   * not crash the process.
   */
  close(): Promise<void>;
}
