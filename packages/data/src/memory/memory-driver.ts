// Records in the memory of this process. What it cannot do: keep them when the process ends, or share
// them with another process. Everything else is as strict as on the other drivers: it refuses an
// index that was not declared, keys, records and transactions beyond the limits, and it never shares
// a value with its caller. Records that have expired are kept, as the clouds keep them for days.

import type { Driver } from "../driver/driver.ts";
import type { CollectionDefinition, DriverCollection } from "../driver/driver-collection.ts";
import { MemoryEngineError } from "./memory-engine-error.ts";
import { MemoryCollection } from "./memory-collection.ts";
import { MemoryRecords } from "./memory-records.ts";
import { MemoryTransactions } from "./memory-transaction.ts";

/** Options of {@link memoryDriver}. */
export interface MemoryOptions {
  /** The present, in milliseconds since 1970: how long tokens are remembered. Default: `Date.now`. */
  readonly clock?: (() => number) | undefined;
}

/** A driver that keeps records in memory: for tests, and for a first run without any server. */
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
