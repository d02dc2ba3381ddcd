import { randomUUID } from "node:crypto";
import { afterAll, beforeAll } from "vitest";
import { z } from "zod";
import { Database } from "../database/database.ts";
import type { Driver, DriverCollection } from "../driver/driver.ts";
import { Repository, type RepositoryClass } from "../repository/repository.ts";
import type { RepositoryMethods } from "../repository/repository-methods.ts";

/** What {@link describeDriverConformance} is told about a driver. */
export interface ConformanceOptions {
  /** Names the driver in the titles of the tests. */
  readonly name: string;
  /** Makes a driver. Those of a durable driver must all reach the same engine. */
  readonly createDriver: () => Driver | Promise<Driver>;
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

/** What the groups of tests work on. */
export class Suite {
  readonly options: ConformanceOptions;
  readonly #collection = `notes-${randomUUID()}`;
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
    return new NoteRepository(this.database(driver), { collection: this.#collection });
  }

  /** A database on a driver, closed after the tests. */
  database(driver: Driver = this.driver): Database {
    const database = new Database(driver, { ensureSchema: true });
    this.#databases.push(database);
    return database;
  }

  /** The collection of the notes, without a repository. Ready to be used. */
  async collection(): Promise<DriverCollection> {
    await this.notes().open();
    return this.driver.collection({ name: this.#collection, indexes: [], expires: false });
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
