import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, test, vi } from "vitest";
import { z } from "zod";
import { Database, type DatabaseOptions } from "../database/database.ts";
import type { Driver, DriverCapabilities } from "../driver/driver.ts";
import type { DriverCollection } from "../driver/driver-collection.ts";
import { ItemRepository, type Items } from "./items.ts";
import { Repository, type RepositoryClass } from "../repository/repository.ts";
import type { RepositoryMethods } from "../repository/repository-methods.ts";

/** What {@link describeDriverConformance} is told about a driver. */
export interface ConformanceOptions {
  /** Names the driver in the titles of the tests. */
  readonly name: string;
  /** Makes a driver. Those of a durable driver must all reach the same engine. */
  readonly createDriver: () => Driver | Promise<Driver>;
  /**
   * Where this very engine takes less than the driver's others, such as an old one on a laptop: what
   * needs more is skipped, by name. Default: nothing is less.
   */
  readonly engineLimits?: EngineLimits | undefined;
  /** Names of the groups to run, such as `"queries"`. Default: all of them. */
  readonly groups?: readonly string[] | undefined;
}

/** What an engine takes less of than the repositories allow. */
export interface EngineLimits {
  /** Most actions of a transaction. Default: 100. */
  readonly transactionActions?: number | undefined;
}

/** The schema of the records that the suite stores. */
export const Note: z.ZodObject<{
  noteId: z.ZodString;
  count: z.ZodNumber;
  text: z.ZodOptional<z.ZodString>;
  value: z.ZodOptional<z.ZodUnknown>;
}> = z.object({
  noteId: z.string(),
  count: z.number(),
  text: z.string().optional(),
  value: z.unknown().optional(),
});

/** A record that the suite stores. */
export type Note = z.infer<typeof Note>;

/** The indexes of the notes. */
export type NoteIndexes = {
  readonly byText: { readonly partition: "text"; readonly sort: "count" };
};

/** The suite's repository: one key field, a value of any shape. */
export const NoteRepository: RepositoryClass<Note, readonly ["noteId"], NoteIndexes> = Repository({
  name: "notes",
  schema: Note,
  key: ["noteId"],
  indexes: { byText: { partition: "text", sort: "count" } },
});

/** What {@link Suite.notes} returns. */
export type Notes = RepositoryMethods<Note, string | Pick<Note, "noteId">, NoteIndexes>;

// Real engines lag by less than a second.
const maxLag = 5000;

/** What a driver promises, or has the optional method for. */
export type Ability = keyof DriverCapabilities | "queries" | "scan" | "transactions";

/** Declares a test; see {@link Suite.testWith}. */
export type CapableTest = (
  title: string,
  body: () => Promise<void>,
  options?: {
    readonly timeout?: number;
    /** How many actions its largest transaction has. Default: few. */
    readonly actions?: number;
  },
) => void;

/** What the groups of tests work on. */
export class Suite {
  readonly options: ConformanceOptions;
  readonly #collection = `notes-${randomUUID()}`;
  readonly #items = `items-${randomUUID()}`;
  readonly #databases: Database[] = [];
  #driver: Driver | undefined;

  /** Declares the hooks that open and close the driver: call it inside a `describe`. */
  constructor(options: ConformanceOptions) {
    this.options = options;
    beforeAll(async () => {
      this.#driver = await options.createDriver();
    });
    afterAll(async () => {
      for (const database of this.#databases) await database.close();
    });
  }

  /** The driver that all repositories of a test work on, unless they are told otherwise. */
  get driver(): Driver {
    if (this.#driver === undefined) throw new Error("The driver is open only while tests run.");
    return this.#driver;
  }

  /** A repository of notes. Each has its own `Database`, so that nothing but the driver is shared. */
  notes(driver: Driver = this.driver): Notes {
    return this.notesOn(this.database(driver));
  }

  /** A repository of notes on a database. */
  notesOn(database: Database): Notes {
    return new NoteRepository(database, { collection: this.#collection });
  }

  /** A repository of items; see {@link notes}. */
  items(options: DatabaseOptions = {}, driver: Driver = this.driver): Items {
    return this.itemsOn(this.database(driver, options));
  }

  /** A repository of items on a database. */
  itemsOn(database: Database): Items {
    return new ItemRepository(database, { collection: this.#items });
  }

  /** The same driver as another object, some of whose methods and capabilities are changed. */
  stripped(
    changes: Partial<Omit<Driver, "capabilities">> & {
      readonly capabilities?: Partial<DriverCapabilities>;
    },
  ): Driver {
    const { driver } = this;
    const { capabilities, ...others } = changes;
    return {
      name: driver.name,
      capabilities: { ...driver.capabilities, ...capabilities },
      endpoint: () => driver.endpoint?.(),
      collection: (definition) => driver.collection(definition),
      ...(driver.transact !== undefined && { transact: driver.transact.bind(driver) }),
      errorCode: (raw) => driver.errorCode(raw),
      close: async () => undefined,
      ...others,
    };
  }

  /** A database on a driver, closed after the tests. */
  database(driver: Driver = this.driver, options: DatabaseOptions = {}): Database {
    const database = new Database(driver, { ensureSchema: true, ...options });
    this.#databases.push(database);
    return database;
  }

  /** The collection of the notes, without a repository. Ready to be used. */
  async collection(): Promise<DriverCollection> {
    await this.notes().open();
    return this.driver.collection({ name: this.#collection, indexes: ["byText"], expires: false });
  }

  /** Whether the driver promises something, or has the optional method for it. */
  can(ability: Ability): boolean {
    const { capabilities, transact } = this.driver;
    if (ability === "transactions") return transact !== undefined;
    if (ability !== "queries" && ability !== "scan") return capabilities[ability] === true;
    const definition = { name: this.#collection, indexes: ["byText"], expires: false };
    return this.driver.collection(definition)[ability === "scan" ? "scan" : "query"] !== undefined;
  }

  /** The name of the collection of the items. */
  get itemCollectionName(): string {
    return this.#items;
  }

  /** The collection of the items, without a repository. Ready to be used. */
  async itemCollection(): Promise<DriverCollection> {
    await this.items().open();
    const indexes = Object.keys(ItemRepository.definition.indexes);
    return this.driver.collection({ name: this.#items, indexes, expires: true });
  }

  /**
   * Declares a test of what only some drivers can do: on the others it is skipped, by name. That those
   * reject with `unimplemented` is tested elsewhere.
   */
  testWith(ability: Ability): CapableTest {
    const { transactionActions: most = Number.POSITIVE_INFINITY } = this.options.engineLimits ?? {};
    return (title, body, { actions = 0, ...options } = {}) => {
      test(title, options, async (context) => {
        context.skip(!this.can(ability), `the driver has no ${ability}`);
        context.skip(actions > most, `the engine takes ${most} actions, not ${actions}`);
        await body();
      });
    };
  }

  /** Asserts about the result of a query: at once, or before long where queries lag behind. */
  async eventually(assertion: () => Promise<void>): Promise<void> {
    if (this.driver.capabilities.consistentQueries) await assertion();
    else await vi.waitFor(assertion, { timeout: maxLag, interval: 50 });
  }

  /** A collection name that nobody used before. */
  freshName(): string {
    return `fresh-${randomUUID()}`;
  }

  /** Another driver on the same data; the same driver where the engine lives in the process. */
  async another(): Promise<Driver> {
    return this.driver.capabilities.durable ? this.options.createDriver() : this.driver;
  }
}

/** A note that nobody has stored. */
export function aNote(fields: Partial<Note> = {}): Note {
  return { noteId: `note_${randomUUID()}`, count: 0, ...fields };
}
