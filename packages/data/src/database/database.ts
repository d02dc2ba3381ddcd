import { DeclarationError, FailedPreconditionError } from "@plinth/core/errors";
import type { CollectionDefinition, Driver, DriverCollection } from "../driver/driver.ts";
import type { RepositoryAction } from "../repository/action.ts";
import { whyNoCollection } from "../repository/collection-name.ts";
import { type CursorKey, CursorSeal } from "../repository/cursor.ts";
import { callDriver, probeKey } from "../repository/driver-call.ts";
import { Lifetime } from "../repository/lifetime.ts";
import { ReadBatcher } from "../repository/read-batcher.ts";
import type { RetryPolicy } from "../repository/retry.ts";
import { Turns } from "../repository/turns.ts";
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

/** A collection that a repository works on, shared by the repositories of the same declaration. */
export interface OpenCollection {
  /** The table or collection. */
  readonly name: string;
  readonly driver: Driver;
  readonly collection: DriverCollection;
  readonly reads: ReadBatcher;
  readonly policy: RetryPolicy;
  readonly cursors: CursorSeal;
  readonly turns: Turns;
  /** Whether the database creates what is missing. */
  readonly ensureSchema: boolean;
  /** Whether the database otherwise checks that all is there. */
  readonly checkSchema: boolean;
}

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
  readonly #ensureSchema: boolean;
  readonly #cursors: CursorSeal;
  readonly #checkSchema: boolean;
  readonly #policy: RetryPolicy;
  readonly #collections = new Map<string, { owner: object; opened: OpenCollection }>();
  #closed: Promise<void> | undefined;

  /**
   * @param driver such as `memoryDriver()`, `dynamoDbDriver()` or `firestoreDriver()`; it belongs to
   *   the database from now on
   */
  constructor(driver: Driver, options: DatabaseOptions = {}) {
    this.#driver = driver;
    this.#ensureSchema = options.ensureSchema ?? false;
    const cursorKey = options.cursorKey ?? publicCursorKey;
    this.hasPublicCursorKey = cursorKey === publicCursorKey;
    this.#cursors = new CursorSeal(cursorKey);
    this.#checkSchema = options.checkSchema ?? true;
    const { attempts = defaultAttempts, clock = Date.now } = options;
    if (!Number.isInteger(attempts) || attempts < 1) {
      throw new DeclarationError("Database: attempts must be a whole number of at least 1.");
    }
    this.#policy = { attempts, clock, lifetime: new Lifetime() };
  }

  /** The driver, for code that needs its engine's own features. */
  get driver(): Driver {
    return this.#driver;
  }

  /**
   * Opens a collection; repositories call it. Throws a `DeclarationError` when the name is none that every
   * engine takes, and `failed_precondition` when another declaration
   * uses the collection already: their records would overwrite each other.
   *
   * @param owner the declaration that the collection belongs to
   */
  collection(definition: CollectionDefinition, owner: object): OpenCollection {
    const { name } = definition;
    const known = this.#collections.get(name);
    if (known !== undefined) {
      if (known.owner === owner) return known.opened;
      throw new FailedPreconditionError(
        `The collection "${name}" belongs to another repository of this database; give one of them a collection of its own.`,
      );
    }
    const whyNot = whyNoCollection(name);
    if (whyNot !== undefined) {
      throw new DeclarationError(
        `The name of a collection ${whyNot}; it is ${JSON.stringify(name)}.`,
      );
    }
    const collection = this.#driver.collection(definition);
    const opened: OpenCollection = {
      name,
      driver: this.#driver,
      collection,
      reads: new ReadBatcher(this.#driver, collection, this.#policy),
      policy: this.#policy,
      cursors: this.#cursors,
      turns: new Turns(),
      ensureSchema: this.#ensureSchema,
      checkSchema: this.#checkSchema,
    };
    this.#collections.set(name, { owner, opened });
    return opened;
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
    const [first] = this.#collections.values();
    if (first === undefined) return;
    const { opened } = first;
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
