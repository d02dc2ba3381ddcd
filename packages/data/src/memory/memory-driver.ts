// Records in the memory of this process. What it cannot do: keep them when the process ends, or share
// them with another process. Everything else is as strict as on the other drivers.

import type { CollectionDefinition, Driver, DriverCollection } from "../driver/driver.ts";
import { MemoryCollection, type MemoryRecord } from "./memory-collection.ts";

/** A driver that keeps records in memory: for tests, and for a first run without any server. */
export function memoryDriver(): Driver {
  const collections = new Map<string, Map<string, MemoryRecord>>();
  return {
    name: "memory",
    capabilities: { durable: false },
    collection({ name }: CollectionDefinition): DriverCollection {
      const records = collections.get(name) ?? new Map<string, MemoryRecord>();
      collections.set(name, records);
      return new MemoryCollection(records);
    },
    errorCode: () => undefined,
    close: async () => collections.clear(),
  };
}
