import type { Database, DatabaseOptions, Driver } from "@plinth/data";
import type { DatabaseEngineName } from "../engines/engine-endpoint.ts";

/**
 * A part of an engine that belongs to one test file. Its names do not collide with those of other files,
 * and everything in it is dropped after the file.
 */
export interface EngineSpace {
  readonly engine: DatabaseEngineName;
  /** The address of the engine, as its own client takes it. */
  readonly endpoint: string;
  /**
   * The real name of a table or collection. On DynamoDB all tables are in one list, so names get a
   * prefix. On Firestore the file has a project of its own, on Postgres a schema.
   */
  readonly name: (collection: string) => string;
  /**
   * Variables that point a service at this space: the cloud, the engine's address, the project. The
   * names of its tables come from {@link EngineSpace.name}.
   */
  readonly environment: Readonly<Record<string, string>>;
  /** Makes a driver for this space, which takes plain names. Close it, or the database that uses it. */
  readonly openDriver: () => Promise<Driver>;
  /**
   * Opens a database on such a driver. It creates missing tables, and is closed after the file.
   *
   * @param options More options of the database.
   */
  readonly openDatabase: (options?: DatabaseOptions) => Promise<Database>;
}

/** The part of a space that differs from engine to engine. */
export interface SpaceDefinition {
  readonly endpoint: string;
  readonly name: (collection: string) => string;
  readonly environment: Readonly<Record<string, string>>;
  readonly openDriver: () => Promise<Driver>;
  /** Drops everything in the space. */
  readonly drop: () => Promise<void>;
}
