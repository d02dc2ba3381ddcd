import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, test, type TestContext, vi } from "vitest";
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
   * What this engine takes less of than others that the driver works on, such as an old one on a laptop.
   * Cases that need more are skipped, with the reason. Default: nothing is less.
   */
  readonly engineLimits?: EngineLimits | undefined;
  /** Names of the groups to run, such as `"queries"`. Default: all of them. */
  readonly groups?: readonly string[] | undefined;
}

/** Limits of an engine below those of the repositories. */
export interface EngineLimits {
  /** Most actions of a transaction. Default: 100. */
  readonly transactionActions?: number | undefined;
  /** It takes names of tables and indexes that differ in case alone for the same. Default: false. */
  readonly ignoresCaseOfNames?: boolean | undefined;
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

// The suite has time limits of its own, in milliseconds: those of a project are for its own tests. They
// end what hangs, and judge nothing.
/** How long a case may take. */
export const maxCase = 60_000;
/** How long opening and closing may take: some engines run in the process, and start as long as a server. */
export const maxStart = 120_000;
/** How long queries may lag behind writes. Real engines lag by less than a second. */
const maxLag = 10_000;

/** What a driver promises, or has the optional method for. */
export type Ability = keyof DriverCapabilities | "queries" | "scan" | "transactions";

/** Declares a test; see {@link Suite.testWith}. */
export type CapableTest = (
  title: string,
  body: (context: TestContext) => Promise<void>,
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
  /** The drivers made for the suite; each is closed once. */
  readonly #drivers: Driver[] = [];
  /** By driver, what the databases work on: the same without its end, for it belongs to all of them. */
  readonly #shared = new Map<Driver, Driver>();
  #driver: Driver | undefined;

  /** Declares the hooks that open and close the driver: call it inside a `describe`. */
  constructor(options: ConformanceOptions) {
    this.options = options;
    beforeAll(async () => {
      this.#driver = await this.#create();
    }, maxStart);
    afterAll(async () => {
      for (const database of this.#databases) await database.close();
      for (const driver of this.#drivers) await driver.close();
    }, maxStart);
  }

  async #create(): Promise<Driver> {
    const driver = await this.options.createDriver();
    this.#drivers.push(driver);
    return driver;
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

  /** The same driver as another object with some changes. Closing it has no effect. */
  changed(changes: DriverChanges = {}): Driver {
    return changedDriver(this.driver, changes);
  }

  /** A database on a driver, closed after the tests; the driver is not. */
  database(driver: Driver = this.driver, options: DatabaseOptions = {}): Database {
    const shared = this.#shared.get(driver) ?? changedDriver(driver, {});
    this.#shared.set(driver, shared);
    const database = new Database(shared, { ensureSchema: true, ...options });
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
   * Declares a test of what only some drivers can do. On the others it is skipped, with the reason; that
   * they reject with `unimplemented` is tested elsewhere.
   */
  testWith(ability: Ability): CapableTest {
    const { transactionActions: most = Number.POSITIVE_INFINITY } = this.options.engineLimits ?? {};
    return (title, body, { actions = 0, ...options } = {}) => {
      test(title, options, async (context) => {
        context.skip(!this.can(ability), `the driver has no ${ability}`);
        context.skip(actions > most, `the engine takes ${most} actions, not ${actions}`);
        await body(context);
      });
    };
  }

  /** Asserts about the result of a query: at once, or within seconds where queries lag behind writes. */
  async eventually(assertion: () => Promise<void>): Promise<void> {
    if (this.driver.capabilities.consistentQueries) await assertion();
    else await vi.waitFor(assertion, { timeout: maxLag, interval: 50 });
  }

  /** A new name for a collection. */
  freshName(): string {
    return `fresh-${randomUUID()}`;
  }

  /** A new collection without a repository. Ready to be used. */
  async freshCollection(indexes: readonly string[] = []): Promise<DriverCollection> {
    const definition = { name: this.freshName(), indexes, expires: false };
    const collection = this.driver.collection(definition);
    await collection.ensureSchema?.({});
    return collection;
  }

  /** Another driver on the same data; the same driver where the engine lives in the process. */
  async another(): Promise<Driver> {
    return this.driver.capabilities.durable ? this.#create() : this.driver;
  }
}

/** What a copy of a driver has in place of the driver's own. */
export type DriverChanges = Partial<Omit<Driver, "capabilities">> & {
  readonly capabilities?: Partial<DriverCapabilities>;
};

function changedDriver(driver: Driver, { capabilities, ...others }: DriverChanges): Driver {
  const transact = driver.transact?.bind(driver);
  return {
    name: driver.name,
    capabilities: { ...driver.capabilities, ...capabilities },
    endpoint: () => driver.endpoint?.(),
    collection: (definition) => driver.collection(definition),
    ...(transact && { transact }),
    errorCode: (raw) => driver.errorCode(raw),
    close: async () => undefined,
    ...others,
  };
}

/** A new note, which is not stored. */
export function aNote(fields: Partial<Note> = {}): Note {
  return { noteId: `note_${randomUUID()}`, count: 0, ...fields };
}
