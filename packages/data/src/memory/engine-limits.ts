import type { CollectionDefinition } from "../driver/driver-collection.ts";
import type { StoredRecord } from "../driver/stored-record.ts";
import { MemoryEngineError } from "./memory-engine-error.ts";

// Those of the clouds.
const maxKeyBytes = 1024;
const maxPartitionBytes = 1500;
const maxSortBytes = 1024;

/** Throws unless the engine can store a record with the key. */
export function checkKey(key: string): void {
  const bytes = Buffer.byteLength(key);
  if (bytes === 0 || bytes > maxKeyBytes) {
    throw new MemoryEngineError(`A key of ${bytes} bytes is not possible.`);
  }
}

/** Throws unless the engine can store a record. The repository limits its size. */
export function checkRecord(
  { key, revision, schemaVersion, expiresAt, indexes }: StoredRecord,
  definition: CollectionDefinition,
): void {
  checkKey(key);
  const refuse = (reason: string): never => {
    throw new MemoryEngineError(`A record ${reason}.`);
  };
  if (revision === "") refuse("without a revision is not possible");
  if (!Number.isSafeInteger(schemaVersion)) refuse("needs a whole number as its version");
  if (expiresAt !== undefined) {
    if (!Number.isSafeInteger(expiresAt)) refuse("ends at a whole number of milliseconds");
    if (!definition.expires) refuse(`of "${definition.name}" was declared not to end`);
  }
  for (const [name, { partition, sort }] of Object.entries(indexes)) {
    if (!definition.indexes.includes(name))
      refuse(`is in the index "${name}", which is not declared`);
    if (Buffer.byteLength(partition) > maxPartitionBytes) refuse("has too long a partition");
    if (Buffer.byteLength(sort) > maxSortBytes) refuse("has too long a place in an index");
  }
}
