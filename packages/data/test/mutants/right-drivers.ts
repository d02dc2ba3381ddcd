import type {
  CountQuery,
  Driver,
  DriverCapabilities,
  IndexPage,
  IndexQuery,
  StoredRecord,
  WriteAction,
} from "@plinth/data";
import { MemoryCollection } from "../../src/memory/memory-collection.ts";
import { MemoryRecords } from "../../src/memory/memory-records.ts";
import type { Mutation } from "./mutant-driver.ts";

const lag = 2000;

const withCapabilities =
  (capabilities: Partial<DriverCapabilities>) =>
  (driver: Driver): Driver => ({
    ...driver,
    capabilities: { ...driver.capabilities, ...capabilities },
  });

/** A driver of which nothing can be copied: all it has is on its class, and private. */
class PrivateDriver implements Driver {
  readonly #driver: Driver;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  get name(): string {
    return this.#driver.name;
  }

  get capabilities(): DriverCapabilities {
    return this.#driver.capabilities;
  }

  collection(...given: Parameters<Driver["collection"]>): ReturnType<Driver["collection"]> {
    return this.#driver.collection(...given);
  }

  transact(
    ...given: Parameters<NonNullable<Driver["transact"]>>
  ): ReturnType<NonNullable<Driver["transact"]>> {
    return this.#driver.transact!(...given);
  }

  errorCode(raw: unknown): ReturnType<Driver["errorCode"]> {
    return this.#driver.errorCode(raw);
  }

  close(): Promise<void> {
    return this.#driver.close();
  }
}

/** How often each driver was closed. */
export const closes = new Map<object, number>();

const replicas = new WeakMap<MemoryRecords, MemoryRecords>();

/** A collection whose queries see what was written two seconds before. */
class LaggingCollection extends MemoryCollection {
  readonly #replica: MemoryCollection;

  constructor(...[definition, records]: ConstructorParameters<typeof MemoryCollection>) {
    super(definition, records);
    const replica = replicas.get(records) ?? new MemoryRecords();
    replicas.set(records, replica);
    this.#replica = new MemoryCollection(definition, replica);
  }

  override apply(action: WriteAction): void {
    super.apply(action);
    setTimeout(() => this.#replica.apply(action), lag);
  }

  override query(query: IndexQuery): Promise<IndexPage> {
    return this.#replica.query(query);
  }

  override count(query: CountQuery): Promise<number> {
    return this.#replica.count(query);
  }
}

/** Drivers that are right, though unusual, with the groups that must accept them. */
export const rightDrivers: Readonly<Record<string, [Mutation, readonly string[]]>> = {
  "queries lag by two seconds": [
    {
      driver: withCapabilities({ consistentQueries: false }),
      Collection: LaggingCollection,
    },
    ["sparse indexes"],
  ],
  "collections share tables": [
    {
      driver: (driver) => {
        let isCreated = false;
        return withCapabilities({ sharedTables: true })({
          ...driver,
          collection: (definition) =>
            Object.assign(driver.collection(definition), {
              ensureSchema: async () => {
                isCreated = true;
              },
              checkSchema: async () => (isCreated ? [] : ["There are no tables."]),
            }),
        });
      },
    },
    ["calls"],
  ],
  "ensureSchema without checkSchema": [
    {
      driver: (driver) => {
        const created = new Set<string>();
        return {
          ...driver,
          collection: (definition) => {
            const collection = driver.collection(definition);
            const get = collection.get.bind(collection);
            return Object.assign(collection, {
              ensureSchema: async () => void created.add(definition.name),
              get: async (...given: Parameters<typeof get>) => {
                if (!created.has(definition.name)) throw new Error("There is no such table.");
                return get(...given);
              },
            });
          },
        };
      },
    },
    ["calls"],
  ],
  "it leaves out all optional methods for queries, scans and transactions": [
    {
      driver: ({ transact: _, ...driver }) => ({
        ...driver,
        collection: (definition) =>
          Object.assign(driver.collection(definition), {
            query: undefined as never,
            count: undefined as never,
            scan: undefined as never,
          }),
      }),
    },
    ["capabilities", "queries", "transactions", "driver contract", "stored records", "model"],
  ],
  "errors that it does not know are internal": [
    {
      driver: (driver) => ({ ...driver, errorCode: (raw) => driver.errorCode(raw) ?? "internal" }),
    },
    ["coalescing", "driver contract"],
  ],
  "it gives hints of its own": [
    {
      Collection: class extends MemoryCollection {
        override async get(keys: readonly string[]): Promise<(StoredRecord | undefined)[]> {
          const found = await super.get(keys);
          return found.map((stored) => stored && { ...stored, hint: { version: 1n } });
        }
      },
    },
    ["stored records", "driver contract", "revisions"],
  ],
  "it is an instance with private parts": [
    { driver: (driver) => new PrivateDriver(driver) },
    ["basics", "capabilities", "coalescing", "transactions", "calls", "closing"],
  ],
  "it can be closed once": [
    {
      driver: (driver) => {
        const made: Driver = {
          ...driver,
          close: async () => {
            const before = closes.get(made) ?? 0;
            closes.set(made, before + 1);
            if (before > 0) throw new Error("The driver was closed before.");
          },
        };
        closes.set(made, 0);
        return withCapabilities({ durable: true })(made);
      },
    },
    ["basics", "tokens", "closing"],
  ],
};
