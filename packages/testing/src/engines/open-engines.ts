import { randomBytes } from "node:crypto";
import { basename } from "node:path";
import { Database } from "@plinth/data";
import type { EngineLookup, DatabaseEngineName } from "../engines/engine-endpoint.ts";
import { disposeAll } from "../app/dispose-all.ts";
import { outlivesTest } from "../leaks/outlives-test.ts";
import { dynamoDbSpace } from "./dynamodb-space.ts";
import type { EngineSpace, SpaceDefinition } from "./engine-space.ts";
import { firestoreSpace } from "./firestore-space.ts";
import { postgresSpace } from "./postgres-space.ts";

/**
 * Opens a space on an engine: one for each engine name, however often it is called.
 *
 * Without a DynamoDB, `dynamodb` starts one in this process, from the package `@plinth/embedded-dynamodb`.
 * Without the engine, the others reject and say how to start it.
 */
export type Engines = (name: DatabaseEngineName) => Promise<EngineSpace>;

/** Spaces that are dropped together. */
export interface OpenEngines extends AsyncDisposable {
  readonly engines: Engines;
}

const withSpaces = new WeakSet<Engines>();

/** Whether a space was opened. */
export function hasSpaces(engines: Engines): boolean {
  return withSpaces.has(engines);
}

const definitions: Readonly<
  Record<DatabaseEngineName, (id: string, lookup: EngineLookup) => Promise<SpaceDefinition>>
> = { dynamodb: dynamoDbSpace, firestore: firestoreSpace, postgres: postgresSpace };

/**
 * Makes spaces for one owner, such as a test file; the `engines` fixture uses it. The spaces of two owners
 * never collide on a shared engine, even if the owners have the same name.
 *
 * @param owner For example the path of the test file: its end appears in the names, to make them readable.
 * @param lookup Where to look for engines. Default: this process.
 */
export function openEngines(owner: string, lookup: EngineLookup = {}): OpenEngines {
  const spaces = new Map<DatabaseEngineName, Promise<EngineSpace>>();
  const opened: AsyncDisposable[] = [];
  const open = async (name: DatabaseEngineName): Promise<EngineSpace> => {
    const { drop, ...definition } = await definitions[name](spaceId(owner), lookup);
    opened.push({ [Symbol.asyncDispose]: drop });
    return {
      engine: name,
      ...definition,
      openDatabase: async (options) => {
        const driver = await outlivesTest(definition.openDriver);
        const database = new Database(driver, { ensureSchema: true, ...options });
        opened.push({ [Symbol.asyncDispose]: () => database.close() });
        return database;
      },
    };
  };
  const engines: Engines = (name) => {
    withSpaces.add(engines);
    const space = spaces.get(name) ?? outlivesTest(() => open(name));
    spaces.set(name, space);
    return space;
  };
  return {
    engines,
    [Symbol.asyncDispose]: () => disposeAll(opened),
  };
}

/** Small letters, digits and hyphens, at most 30: good for a table, a project and a schema. */
function spaceId(owner: string): string {
  const readable = basename(owner)
    .toLowerCase()
    .replace(/\.[^]*/, "")
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 15);
  return `t-${readable}-${randomBytes(6).toString("hex")}`;
}
