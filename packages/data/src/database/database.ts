import { FailedPreconditionError, InvalidArgumentError } from "@plinth/core/errors";
import type { CollectionDefinition, Driver, DriverCollection } from "../driver/driver.ts";
import { callDriver, probeKey } from "../repository/driver-call.ts";
import { Turns } from "../repository/turns.ts";

/** Options of a {@link Database}. */
export interface DatabaseOptions {
  /**
   * Whether repositories create the tables they miss: right for development and tests. Default:
   * false, and a missing table is reported by name.
   */
  readonly ensureSchema?: boolean | undefined;
}

/** A collection that a repository works on, shared by the repositories of the same declaration. */
export interface OpenCollection {
  readonly driver: Driver;
  readonly collection: DriverCollection;
  readonly turns: Turns;
  /** Whether the database creates what is missing. */
  readonly ensureSchema: boolean;
}

/** A database that repositories keep their records in; also the token under which apps bind it. */
export class Database {
  readonly #driver: Driver;
  readonly #ensureSchema: boolean;
  readonly #collections = new Map<string, { owner: object; opened: OpenCollection }>();
  #closed: Promise<void> | undefined;

  /**
   * @param driver such as `memoryDriver()`, `dynamoDbDriver()` or `firestoreDriver()`; it belongs to
   *   the database from now on
   */
  constructor(driver: Driver, options: DatabaseOptions = {}) {
    this.#driver = driver;
    this.#ensureSchema = options.ensureSchema ?? false;
  }

  /** The driver, for code that needs its engine's own features. */
  get driver(): Driver {
    return this.#driver;
  }

  /**
   * Opens a collection; repositories call it. Throws `failed_precondition` when another declaration
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
    if (!/^[\w.-]{3,255}$/.test(name) || /^__.*__$/.test(name)) {
      throw new InvalidArgumentError(
        `${JSON.stringify(name)} cannot name a collection: 3 to 255 letters, digits, "_", "-" or "." are needed, without two underscores at both ends.`,
      );
    }
    const opened: OpenCollection = {
      driver: this.#driver,
      collection: this.#driver.collection(definition),
      turns: new Turns(),
      ensureSchema: this.#ensureSchema,
    };
    this.#collections.set(name, { owner, opened });
    return opened;
  }

  /**
   * Finds out whether the engine answers, by reading from one of the open collections; resolves at
   * once while there is none. Rejects as every read does.
   */
  async ping(): Promise<void> {
    const [first] = this.#collections.values();
    if (first === undefined) return;
    const { opened } = first;
    await callDriver(opened, "Database", (options) => opened.collection.get([probeKey], options));
  }

  /** Releases the driver's connections. Repositories cannot be used afterwards. Safe to repeat. */
  async close(): Promise<void> {
    this.#closed ??= this.#driver.close();
    await this.#closed;
  }
}
