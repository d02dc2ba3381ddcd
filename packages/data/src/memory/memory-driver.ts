// Records in the memory of this process. Limits: the records end with the process, and other processes cannot
// see them. It is as strict as the other drivers: it refuses undeclared indexes, and keys, records and
// transactions beyond the limits, and never shares a value with its caller. Expired records are kept, as the
// clouds keep them for days.

import type { Driver } from "../driver/driver.ts";
import type { CollectionDefinition, DriverCollection } from "../driver/driver-collection.ts";
import { MemoryEngineError } from "./memory-engine-error.ts";
import { MemoryCollection } from "./memory-collection.ts";
import { MemoryRecords } from "./memory-records.ts";
import { MemoryTransactions } from "./memory-transaction.ts";

/** Options of {@link memoryDriver}. */
export interface MemoryOptions {
  /** The present, in milliseconds since 1970, for how long tokens are remembered. Default: `Date.now`. */
  readonly clock?: (() => number) | undefined;
}

/** Makes a driver that keeps records in memory, for tests and for a first run without a server. */
export function memoryDriver({ clock = Date.now }: MemoryOptions = {}): Driver {
  const collections = new Map<string, MemoryRecords>();
  const transactions = new MemoryTransactions(clock);
  return {
    name: "memory",
    capabilities: {
      durable: false,
      consistentQueries: true,
      keepsNewerVersions: true,
    },
    collection(definition: CollectionDefinition): DriverCollection {
      const records = collections.get(definition.name) ?? new MemoryRecords();
      collections.set(definition.name, records);
      return new MemoryCollection(definition, records);
    },
    transact: async (actions, options) => transactions.transact(actions, options),
    errorCode: (raw) => (raw instanceof MemoryEngineError ? "invalid_argument" : undefined),
    close: async () => collections.clear(),
  };
}
