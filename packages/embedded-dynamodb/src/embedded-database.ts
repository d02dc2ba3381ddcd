import { Readable } from "node:stream";
import {
  loadDynalite,
  type Action,
  type CustomCheck,
  type Dynalite,
  type FieldTypes,
  type Store,
  type StoreOptions,
  type Table,
  type Wire,
} from "./dynalite-modules.ts";

/**
 * An open store with the parts that every operation needs: the write mutex, the clock, and dynalite's
 * callback functions as promises.
 */
export class EmbeddedDatabase {
  readonly dynalite: Dynalite;
  readonly store: Store;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  #lastWrite: Promise<unknown> = Promise.resolve();

  private constructor(dynalite: Dynalite, store: Store, now: () => number) {
    this.dynalite = dynalite;
    this.store = store;
    this.now = now;
  }

  static async open(options: StoreOptions, now: () => number): Promise<EmbeddedDatabase> {
    const dynalite = loadDynalite();
    const store = dynalite.db.create({ ...options });
    try {
      await store.db.open();
    } catch (cause) {
      throw new Error(
        `The embedded DynamoDB cannot open its data folder ${options.path}: ` +
          "it must be writable, and no other process may have it open.",
        { cause },
      );
    }
    closeIteratorsOfStreams(store);
    return new EmbeddedDatabase(dynalite, store, now);
  }

  /** Runs writers one after the other: what `body` reads does not change until it has written. */
  exclusively<T>(body: () => Promise<T>): Promise<T> {
    const result = this.#lastWrite.then(body);
    this.#lastWrite = result.catch(() => undefined);
    return result;
  }

  /**
   * Validates a request as DynamoDB does before it reads any table. Changes `request`: removes unknown
   * fields, adds parsed expressions.
   */
  validate(request: Wire, types: FieldTypes, custom?: CustomCheck): Wire {
    const { validations } = this.dynalite;
    const data = validations.checkTypes(request, types);
    validations.checkValidations(data, types, custom, this.store);
    return data;
  }

  /** {@link validate} with dynalite's description of the operation, and fields that it lacks. */
  validateAs(operation: string, request: Wire, moreTypes: FieldTypes = {}): Wire {
    const { types, custom } = this.dynalite.validation(operation);
    return this.validate(request, { ...types, ...moreTypes }, custom);
  }

  /** Runs one of dynalite's actions, on this store or on a stand-in for it. */
  act(operation: string, data: Wire, store: Store = this.store): Promise<Wire> {
    const action: Action = this.dynalite.action(operation);
    return new Promise((resolve, reject) => {
      action(store, data, (error, result) => {
        if (error) reject(error);
        else resolve(result ?? {});
      });
    });
  }

  /** The table, in any status; rejects with ResourceNotFoundException. */
  table(name: string): Promise<Table> {
    return new Promise((resolve, reject) => {
      this.store.getTable(name, true, (error, table) => {
        if (table === undefined) reject(error ?? new Error(`No table ${name}`));
        else resolve(table);
      });
    });
  }

  async close(): Promise<void> {
    await this.#lastWrite;
    await this.store.db.close();
  }
}

/** dynalite's streams never close their iterators, each of which keeps an old snapshot alive. */
function closeIteratorsOfStreams({ db }: Store): void {
  db.createKeyStream = (range) => Readable.from(db.keys(range));
  db.createValueStream = (range) => Readable.from(db.values(range));
}
