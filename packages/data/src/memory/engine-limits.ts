import type { CollectionDefinition } from "../driver/driver.ts";
import type { StoredRecord } from "../driver/stored-record.ts";
import { MemoryEngineError } from "./engine-error.ts";

// As in the clouds, where a DynamoDB item and its keys have these sizes.
const maxKeyBytes = 1024;
const maxPartitionBytes = 1025;
const maxSortBytes = 1024;

/** Throws unless the engine can keep a record under a key. */
export function checkKey(key: string): void {
  const bytes = Buffer.byteLength(key);
  if (bytes === 0 || bytes > maxKeyBytes) {
    throw new MemoryEngineError(`A key of ${bytes} bytes is not possible.`);
  }
}

/** Throws unless the engine can keep a record. How large one may be is for the repository to say. */
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
