import { DeclarationError } from "@plinth/core/errors";
import { wholeNumberFault } from "@plinth/support/numbers";
import type { Driver } from "../driver/driver.ts";
import type { RepositoryAction } from "../repository/action.ts";
import { callDriver, probeKey } from "../repository/call-driver.ts";
import { Collections } from "../repository/collections.ts";
import { type CursorKey, CursorSeal } from "../repository/cursor.ts";
import { Lifetime } from "../repository/lifetime.ts";
import type { RetryPolicy } from "../repository/retry.ts";
import { transact, type TransactionOptions, type TransactionResults } from "./transact.ts";

/** Options of a {@link Database}. */
export interface DatabaseOptions {
  /**
   * Whether repositories create missing tables, for development and tests. Default: false, and an error
   * names a missing table.
   */
  readonly ensureSchema?: boolean | undefined;
  /**
   * Seals the cursors of queries, so that callers cannot read, alter or make one. Use the same key in all
   * instances of a service. In a list, the first secret seals and every secret opens: to rotate, add a new
   * one at the front, and remove the old one once no caller has its cursors. Default: a public key, written
   * in the source code. A forged cursor can only choose another start within the range of its query.
   */
  readonly cursorKey?: CursorKey | undefined;
  /**
   * Whether repositories check their tables when they open, as at the start of an app, and reject with
   * `failed_precondition` if something is missing. Turn it off if the start must not wait for the database,
   * or lacks the right to look at tables. No effect with `ensureSchema`. Default: true.
   */
  readonly checkSchema?: boolean | undefined;
  /**
   * The maximum number of attempts of a call that fails transiently (lost connection, throttling, a write
   * conflict), with random pauses of up to a second in between. Default: 6.
   */
  readonly attempts?: number | undefined;
  /** The present, in milliseconds since 1970: decides what has expired. Default: `Date.now`. */
  readonly clock?: (() => number) | undefined;
}

const publicCursorKey = "plinth: detects alteration, not forgery";
const defaultAttempts = 6;

/** The database of repositories; also the token that apps bind it to. */
export class Database {
  static {
    // For the messages of an app about missing bindings.
    Object.defineProperty(this, Symbol.for("plinth.binding"), {
      value: (): string => "bindDatabase(...) or bindCloudDatabase(...)",
    });
  }

  /** Whether cursors are sealed with the default key, which is public. */
  readonly hasPublicCursorKey: boolean;
  readonly #driver: Driver;
  readonly #policy: RetryPolicy;
  readonly #collections: Collections;
  #closed: Promise<void> | undefined;

  /**
   * Throws a `DeclarationError` if an option is wrong.
   *
   * @param driver Such as `memoryDriver()`, `dynamoDbDriver()` or `firestoreDriver()`. The database owns and
   *   closes it.
   */
  constructor(driver: Driver, options: DatabaseOptions = {}) {
    const {
      attempts = defaultAttempts,
      clock = Date.now,
      cursorKey = publicCursorKey,
      ensureSchema = false,
      checkSchema = true,
    } = options;
    const fault = wholeNumberFault("attempts", attempts, { min: 1 });
    if (fault !== undefined) throw new DeclarationError(`Database: ${fault}`);
    this.hasPublicCursorKey = cursorKey === publicCursorKey;
    this.#driver = driver;
    this.#policy = { attempts, clock, lifetime: new Lifetime() };
    this.#collections = new Collections(this, {
      driver,
      policy: this.#policy,
      cursors: new CursorSeal(cursorKey),
      ensureSchema,
      checkSchema,
    });
  }

  /** The driver, for code that needs features of its engine. */
  get driver(): Driver {
    return this.#driver;
  }

  /**
   * Applies writes and checks of one or more repositories, all or none. No reader sees some of the writes
   * without the others.
   *
   * If an action does not apply, rejects with the code of the repository's method of the same name (of the
   * first such action); `details.failed` has `{ index, code }` of each one that the engine reports. Rejects
   * with `invalid_argument` for more than 100 actions, two actions on one record, more than 4,000,000 bytes,
   * an action of another database, or a token that was used for other actions, and with `unimplemented` if
   * the driver has no transactions.
   *
   * @param actions Made by `action` of the repositories.
   * @returns The result of each action, in order: the new entry, or `undefined` for deletes and checks.
   */
  async transact<const A extends readonly RepositoryAction<unknown>[]>(
    actions: A,
    options: TransactionOptions = {},
  ): Promise<TransactionResults<A>> {
    this.#policy.lifetime.throwIfClosed("Database");
    return (await transact(this.#driver, actions, options)) as TransactionResults<A>;
  }

  /**
   * Checks that the engine answers, by a read from one of the open collections; resolves at once if none
   * is open. Rejects like any read.
   */
  async ping(): Promise<void> {
    this.#policy.lifetime.throwIfClosed("Database");
    const { first: opened } = this.#collections;
    if (opened === undefined) return;
    await callDriver(opened, "Database", (options) => opened.collection.get([probeKey], options));
  }

  /**
   * Closes the database. Every later call, also of its repositories, rejects at once with `unavailable`.
   * Waits up to five seconds for calls in flight; calls that take longer reject with `unavailable`. Then
   * releases the driver's connections. Idempotent.
   */
  async close(): Promise<void> {
    this.#closed ??= this.#close();
    await this.#closed;
  }

  async #close(): Promise<void> {
    await this.#policy.lifetime.close();
    await this.#driver.close();
  }
}
