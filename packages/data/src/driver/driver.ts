import type { ErrorCode } from "@plinth/core/errors";
import type { StoredRecord } from "./stored-record.ts";
import type { WriteAction, WriteOutcome } from "./write-action.ts";

/** An index of a collection: records with the same `partition` value, ordered by `sort`. */
export interface IndexDefinition {
  readonly partition: string;
  readonly sort?: string;
}

/** What a driver is told about a collection when it opens it. */
export interface CollectionDefinition {
  /** Name of the table or collection: 3 to 255 characters out of `A-Z a-z 0-9 . _ -`. */
  readonly name: string;
  readonly indexes: Readonly<Record<string, IndexDefinition>>;
}

/** What goes along with every call to a driver. */
export interface DriverCallOptions {
  /**
   * Aborted when nobody waits for the answer any more. A driver that cannot stop a request may ignore
   * it: the repository stops waiting on its own.
   */
  readonly signal?: AbortSignal;
}

/** What a driver can do beyond the required methods. Declared, never inferred. */
export interface DriverCapabilities {
  /** Records outlive the process. */
  readonly durable: boolean;
}

/**
 * A database engine as the repositories see it. Third parties implement this interface; the suite in
 * `@plinth/data/conformance` says whether they did it right.
 *
 * Drivers reject with the engine's own errors. The repository asks {@link Driver.errorCode} for the
 * code and wraps the error once. A driver throws a `ServiceError` of its own only where it has
 * something to say that the raw error does not, such as which package is to be installed; it passes
 * through unchanged.
 */
export interface Driver {
  /** The engine's name for messages: `"DynamoDB"`. */
  readonly name: string;
  readonly capabilities: DriverCapabilities;
  /** Where the engine is, for operators: `"http://127.0.0.1:8000"`. Absent: in this process. */
  endpoint?(): string | undefined;
  /** A handle on a collection. Must not do any I/O. */
  collection(definition: CollectionDefinition): DriverCollection;
  /** Maps an error that this driver rejected with to a code; `undefined` where it is not known. Pure. */
  errorCode(raw: unknown): ErrorCode | undefined;
  /** Releases connections. Called once; the driver is not used afterwards. */
  close(): Promise<void>;
}

/** One table or collection of a driver. */
export interface DriverCollection {
  /**
   * Reads records, each as it is after every write that was answered before the call (strongly
   * consistent).
   *
   * @param keys encoded keys; any number, duplicates allowed
   * @returns one place for each key, in order; `undefined` for an absent record. Nothing in it is
   *   shared with the store or with another answer.
   */
  get(keys: readonly string[], options: DriverCallOptions): Promise<(StoredRecord | undefined)[]>;

  /** Applies one conditional write. A condition that does not hold is an outcome, not an error. */
  write(action: WriteAction, options: DriverCallOptions): Promise<WriteOutcome>;

  /**
   * Creates what the collection needs (a table, indexes) where it is missing, and waits until it can
   * be used. Does nothing where it is there already; two callers at a time are no error.
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
