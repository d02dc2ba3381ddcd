import type { CollectionDefinition, Driver, TransactAction, TransactOptions } from "@plinth/data";
import { memoryDriver } from "@plinth/data/memory";
import { MemoryCollection } from "../../src/memory/memory-collection.ts";
import { MemoryRecords } from "../../src/memory/memory-records.ts";
import { MemoryTransactions } from "../../src/memory/memory-transaction.ts";

/** What a mutant does in place of what is right; the rest is as in the memory driver. */
export interface Mutation {
  readonly Collection?: new (
    definition: CollectionDefinition,
    records: MemoryRecords,
  ) => MemoryCollection;
  readonly transact?: (
    right: MemoryTransactions,
    actions: readonly TransactAction[],
    options: TransactOptions,
  ) => ReturnType<MemoryTransactions["transact"]>;
  /** Under which name the records of a collection are kept. */
  readonly storeName?: (name: string) => string;
  /** Changes the driver itself. */
  readonly driver?: (driver: Driver) => Driver;
}

/** A memory driver with a fault. */
export function mutantDriver({ Collection = MemoryCollection, ...mutation }: Mutation): Driver {
  const {
    transact,
    storeName = (name: string) => name,
    driver = (made: Driver) => made,
  } = mutation;
  const collections = new Map<string, MemoryRecords>();
  const transactions = new MemoryTransactions(Date.now);
  return driver({
    ...memoryDriver(),
    name: "mutant",
    collection: (definition) => {
      const name = storeName(definition.name);
      const records = collections.get(name) ?? new MemoryRecords();
      collections.set(name, records);
      return new Collection(definition, records);
    },
    transact: async (actions, options) =>
      transact === undefined
        ? transactions.transact(actions, options)
        : transact(transactions, actions, options),
  });
}
