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
 * Gives a space on an engine, the same one for every call with the same name.
 *
 * `dynamodb` starts an embedded one where no engine is found (with the package `@plinth/embedded-dynamodb`); the others
 * reject then, and say what to do.
 */
export type Engines = (name: DatabaseEngineName) => Promise<EngineSpace>;

/** Engines that are given back together. */
export interface OpenEngines extends AsyncDisposable {
  readonly engines: Engines;
}

const withSpaces = new WeakSet<Engines>();

/** Whether any space was asked for. */
export function hasSpaces(engines: Engines): boolean {
  return withSpaces.has(engines);
}

const definitions: Readonly<
  Record<DatabaseEngineName, (id: string, lookup: EngineLookup) => Promise<SpaceDefinition>>
> = { dynamodb: dynamoDbSpace, firestore: firestoreSpace, postgres: postgresSpace };

/**
 * Makes spaces for one owner, such as a test file; the `engines` fixture does this. Two owners never
 * meet on a shared engine, whatever they are called.
 *
 * @param owner Such as the path of the test file: its end becomes part of names, for people to read.
 * @param lookup Where to look for engines; defaults to this process.
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
