import type { Database, DatabaseOptions, Driver } from "@plinth/data";
import type { DatabaseEngineName } from "../engines/engine-endpoint.ts";

/**
 * A place on an engine that belongs to one test file: names used in it are met by nobody else, and
 * what was made in it is dropped after the file.
 */
export interface EngineSpace {
  readonly engine: DatabaseEngineName;
  /** Where the engine is, in the form that its own client takes. */
  readonly endpoint: string;
  /**
   * What a table or collection is really called. DynamoDB has one list of tables for all, so names
   * get a prefix; on Firestore the file has a project, and on Postgres a schema, of its own.
   */
  readonly name: (collection: string) => string;
  /**
   * Variables for a service that is to use this space: the cloud, the engine's address, the project.
   * Its tables need {@link EngineSpace.name}.
   */
  readonly environment: Readonly<Record<string, string>>;
  /** Makes a driver that works in this space under plain names. Close it, or the database over it. */
  readonly openDriver: () => Promise<Driver>;
  /**
   * A database over such a driver that creates what is missing; closed after the file.
   *
   * @param options More options of the database.
   */
  readonly openDatabase: (options?: DatabaseOptions) => Promise<Database>;
}

/** What an engine's own file provides; the rest is the same for all. */
export interface SpaceDefinition {
  readonly endpoint: string;
  readonly name: (collection: string) => string;
  readonly environment: Readonly<Record<string, string>>;
  readonly openDriver: () => Promise<Driver>;
  /** Drops what was made. */
  readonly drop: () => Promise<void>;
}
