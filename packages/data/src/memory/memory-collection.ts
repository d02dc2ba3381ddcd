import type { JsonObject } from "@plinth/core/errors";
import type { DriverCollection } from "../driver/driver.ts";
import type { StoredRecord } from "../driver/stored-record.ts";
import type { WriteAction, WriteCondition, WriteOutcome } from "../driver/write-action.ts";

/** A record at rest. The data is text, so that nobody can reach into the store through a reference. */
export interface MemoryRecord {
  readonly revision: string;
  readonly schemaVersion: number;
  readonly text: string;
}

/** One collection in memory. */
export class MemoryCollection implements DriverCollection {
  readonly #records: Map<string, MemoryRecord>;

  /** @param records where the records are; collections opened twice share it */
  constructor(records: Map<string, MemoryRecord>) {
    this.#records = records;
  }

  async get(keys: readonly string[]): Promise<(StoredRecord | undefined)[]> {
    return keys.map((key) => {
      const found = this.#records.get(key);
      if (found === undefined) return undefined;
      const { revision, schemaVersion, text } = found;
      return { key, revision, schemaVersion, data: JSON.parse(text) as JsonObject };
    });
  }

  async write(action: WriteAction): Promise<WriteOutcome> {
    const key = action.kind === "set" ? action.record.key : action.key;
    if (!holds(action.condition, this.#records.get(key))) return "refused";
    if (action.kind === "remove") {
      this.#records.delete(key);
    } else {
      const { revision, schemaVersion, data } = action.record;
      this.#records.set(key, { revision, schemaVersion, text: JSON.stringify(data) });
    }
    return "applied";
  }
}

function holds(condition: WriteCondition, stored: MemoryRecord | undefined): boolean {
  if (condition.kind === "revision") return stored?.revision === condition.revision;
  if (condition.kind === "none") return true;
  return (stored === undefined) === (condition.kind === "absent");
}
