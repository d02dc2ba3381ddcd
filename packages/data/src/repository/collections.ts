import { DeclarationError, FailedPreconditionError } from "@plinth/core/errors";
import { Turns } from "@plinth/support/turns";
import type { Driver } from "../driver/driver.ts";
import type { CollectionDefinition } from "../driver/driver-collection.ts";
import { whyNoCollection } from "./collection-name.ts";
import type { CursorSeal } from "./cursor.ts";
import type { OpenCollection } from "./open-collection.ts";
import { ReadBatcher } from "./read-batcher.ts";
import type { RetryPolicy } from "./retry.ts";

/** What all collections of a database share. */
export interface SharedParts {
  readonly driver: Driver;
  readonly policy: RetryPolicy;
  readonly cursors: CursorSeal;
  readonly ensureSchema: boolean;
  readonly checkSchema: boolean;
}

const byDatabase = new WeakMap<object, Collections>();

/** The open collections of one database. */
export class Collections {
  readonly #shared: SharedParts;
  readonly #open = new Map<string, { owner: object; opened: OpenCollection }>();

  /** @param database The database that repositories find the collections by. */
  constructor(database: object, shared: SharedParts) {
    this.#shared = shared;
    byDatabase.set(database, this);
  }

  /** The collections of a database. Throws a `DeclarationError` for anything else. */
  static of(database: object): Collections {
    const found = byDatabase.get(database);
    if (found !== undefined) return found;
    throw new DeclarationError("A repository needs a Database, made by the same @plinth/data.");
  }

  /** One of the collections, if any is open. */
  get first(): OpenCollection | undefined {
    const [first] = this.#open.values();
    return first?.opened;
  }

  /**
   * Opens a collection. Throws a `DeclarationError` if some engine does not accept its name, and
   * `failed_precondition` if another declaration uses it already: their records would overwrite each
   * other.
   *
   * @param owner The declaration that the collection belongs to.
   */
  open(definition: CollectionDefinition, owner: object): OpenCollection {
    const { name } = definition;
    const known = this.#open.get(name);
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
    const { driver, policy } = this.#shared;
    const collection = driver.collection(definition);
    const opened: OpenCollection = {
      name,
      ...this.#shared,
      collection,
      reads: new ReadBatcher(driver, collection, policy),
      turns: new Turns(),
    };
    this.#open.set(name, { owner, opened });
    return opened;
  }
}
