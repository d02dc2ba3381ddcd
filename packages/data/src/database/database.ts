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
   * Whether repositories create the tables they miss: right for development and tests. Default:
   * false, and a missing table is reported by name.
   */
  readonly ensureSchema?: boolean | undefined;
  /**
   * Seals the cursors of queries, so that nobody can read, alter or make one; the same in all instances of a
   * service. In a list the first secret seals and all of them open: to rotate, put a new one in front, and
   * remove the old one when no caller has its cursors any more. Default: a key that everybody can read in
   * our sources. A forged cursor chooses another place to begin inside the range of the same query, nothing
   * more.
   */
  readonly cursorKey?: CursorKey | undefined;
  /**
   * Whether repositories check their tables when they are opened, as at the start of an app, and reject
   * with `failed_precondition` if something is missing. Turn it off if a start must not wait for the
   * database, or may not look at tables; with `ensureSchema` it has no effect. Default: true.
   */
  readonly checkSchema?: boolean | undefined;
  /**
   * How often a call is sent when the engine cannot be reached, has no capacity left or reports a
   * concurrent change, with random pauses of up to a second in between. Default: 6.
   */
  readonly attempts?: number | undefined;
  /** The present, in milliseconds since 1970: decides what has expired. Default: `Date.now`. */
  readonly clock?: (() => number) | undefined;
}

const publicCursorKey = "plinth: detects alteration, not forgery";
const defaultAttempts = 6;

/** A database that repositories keep their records in; also the token under which apps bind it. */
export class Database {
  static {
    // Tells the check of an app's bindings how it is bound.
    Object.defineProperty(this, Symbol.for("plinth.binding"), {
      value: (): string => "bindDatabase(...) or bindCloudDatabase(...)",
    });
  }

  /** Whether cursors are sealed with the default key, which everybody can read in our sources. */
  readonly hasPublicCursorKey: boolean;
  readonly #driver: Driver;
  readonly #policy: RetryPolicy;
  readonly #collections: Collections;
  #closed: Promise<void> | undefined;

  /**
   * @param driver such as `memoryDriver()`, `dynamoDbDriver()` or `firestoreDriver()`; it belongs to
   *   the database from now on
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

  /** The driver, for code that needs its engine's own features. */
  get driver(): Driver {
    return this.#driver;
  }

  /**
   * Applies writes and checks of one or more repositories all together or not at all. Nobody sees some
   * of the writes without the others.
   *
   * When an action does not apply, rejects with the code that its repository's method would reject
   * with (the first, where several do not), and `details.failed` has `{ index, code }` of each that the
   * engine tells. Rejects with `invalid_argument` when there are more than 100 actions, two of one
   * record, more than 4,000,000 bytes, an action of another database, or a token that was used for
   * other actions, and with `unimplemented` when the driver has no transactions.
   *
   * @param actions made by `action` of the repositories
   * @returns what each action yields, in order: the new entry, or nothing for deletes and checks
   */
  async transact<const A extends readonly RepositoryAction<unknown>[]>(
    actions: A,
    options: TransactionOptions = {},
  ): Promise<TransactionResults<A>> {
    this.#policy.lifetime.throwIfClosed("Database");
    return (await transact(this.#driver, actions, options)) as TransactionResults<A>;
  }

  /**
   * Finds out whether the engine answers, by reading from one of the open collections; resolves at
   * once while there is none. Rejects as every read does.
   */
  async ping(): Promise<void> {
    this.#policy.lifetime.throwIfClosed("Database");
    const { first: opened } = this.#collections;
    if (opened === undefined) return;
    await callDriver(opened, "Database", (options) => opened.collection.get([probeKey], options));
  }

  /**
   * Ends the use of the database: from now on every call, of repositories as well, rejects at once with
   * `unavailable`. What the driver was sent before is waited for, for up to five seconds; what is
   * left then rejects with the same, and the driver's connections are released. Safe to repeat.
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
