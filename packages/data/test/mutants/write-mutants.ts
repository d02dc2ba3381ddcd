import type { StoredRecord, WriteAction, WriteCondition, WriteOutcome } from "@plinth/data";
import { MemoryCollection } from "../../src/memory/memory-collection.ts";
import type { Mutation } from "./mutant-driver.ts";

/** A collection that takes other conditions for the given ones. */
const withCondition = (change: (condition: WriteCondition) => WriteCondition): Mutation => ({
  Collection: class extends MemoryCollection {
    override holds(key: string, condition: WriteCondition): boolean {
      return super.holds(key, change(condition));
    }
  },
});

/** A collection that stores something else. */
const withRecord = (change: (record: StoredRecord) => StoredRecord): Mutation => ({
  Collection: class extends MemoryCollection {
    override apply(action: WriteAction): void {
      super.apply(action.kind === "set" ? { ...action, record: change(action.record) } : action);
    }
  },
});

/** A collection whose reads give something else. */
const withRead = (
  change: (found: (StoredRecord | undefined)[]) => (StoredRecord | undefined)[],
): Mutation => ({
  Collection: class extends MemoryCollection {
    override async get(keys: readonly string[]): Promise<(StoredRecord | undefined)[]> {
      return change(await super.get(keys));
    }
  },
});

function rounded(value: unknown): unknown {
  if (typeof value === "number") return Number(value.toPrecision(15));
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, rounded(inner)]));
}

/** Faults of reads and single writes, with the groups that are to find them. */
export const writeMutants: Readonly<Record<string, [Mutation, readonly string[]]>> = {
  "a lost conflict: any revision will do": [
    withCondition((condition) =>
      condition.kind === "revision" ? { kind: "present", now: condition.now } : condition,
    ),
    ["revisions"],
  ],
  "a revision of an absent record will do": [
    {
      Collection: class extends MemoryCollection {
        override holds(key: string, condition: WriteCondition): boolean {
          return super.holds(key, condition) || !this.records.has(key);
        }
      },
    },
    ["revisions"],
  ],
  "create takes the place of a stored record": [
    withCondition((condition) => (condition.kind === "absent" ? { kind: "none" } : condition)),
    ["basics"],
  ],
  "replace stores a new record": [
    withCondition((condition) => (condition.kind === "present" ? { kind: "none" } : condition)),
    ["basics"],
  ],
  "the condition is judged before others write, and the write done after": [
    {
      Collection: class extends MemoryCollection {
        override async write(action: WriteAction): Promise<WriteOutcome> {
          const key = action.kind === "set" ? action.record.key : action.key;
          const holds = this.holds(key, action.condition);
          await Promise.resolve();
          if (!holds) return "refused";
          this.apply(action);
          return "applied";
        }
      },
    },
    ["concurrency"],
  ],
  "conditions take expired records for present": [
    withCondition((condition) =>
      condition.kind === "none" ? condition : { ...condition, now: 0 },
    ),
    ["expiry"],
  ],
  "a write merges into the stored record": [
    {
      Collection: class extends MemoryCollection {
        override apply(action: WriteAction): void {
          if (action.kind === "remove") {
            super.apply(action);
            return;
          }
          const { record } = action;
          const text = this.records.get(record.key)?.text;
          const stored = text === undefined ? undefined : (JSON.parse(text) as StoredRecord);
          super.apply({
            ...action,
            record: { ...record, data: { ...stored?.data, ...record.data } },
          });
        }
      },
    },
    ["basics"],
  ],
  "the end of a record is not stored": [
    withRecord(({ expiresAt: _expiresAt, ...record }) => record),
    ["expiry"],
  ],
  "the end of a record is stored in seconds": [
    withRecord((record) =>
      record.expiresAt === undefined
        ? record
        : { ...record, expiresAt: Math.floor(record.expiresAt / 1000) * 1000 },
    ),
    ["stored records"],
  ],
  "the version of the schema is not stored": [
    withRecord((record) => ({ ...record, schemaVersion: 1 })),
    ["versions"],
  ],
  "numbers are rounded": [
    withRecord((record) => ({ ...record, data: rounded(record.data) as StoredRecord["data"] })),
    ["values", "limits"],
  ],
  "keys are compared without regard to case": [
    {
      Collection: class extends MemoryCollection {
        override async get(keys: readonly string[]): Promise<(StoredRecord | undefined)[]> {
          const alike = new Map([...this.records.keys()].map((key) => [key.toUpperCase(), key]));
          return super.get(keys.map((key) => alike.get(key.toUpperCase()) ?? key));
        }
      },
    },
    ["keys"],
  ],
  "long keys are cut": [
    {
      Collection: class extends MemoryCollection {
        override async get(keys: readonly string[]): Promise<(StoredRecord | undefined)[]> {
          return super.get(keys.map((key) => key.slice(0, 1000)));
        }
      },
    },
    ["keys"],
  ],
  "a live reference is returned": [
    {
      Collection: class extends MemoryCollection {
        readonly #live = new Map<string, StoredRecord>();
        override async get(keys: readonly string[]): Promise<(StoredRecord | undefined)[]> {
          const found = await super.get(keys);
          return found.map((stored) => {
            if (stored === undefined) return undefined;
            const live = this.#live.get(stored.revision) ?? stored;
            this.#live.set(stored.revision, live);
            return live;
          });
        }
      },
    },
    ["isolation"],
  ],
  "a batch leaves out absent records": [
    withRead((found) => found.filter((stored) => stored !== undefined)),
    ["batches"],
  ],
  "a batch gives a key asked for twice once": [
    withRead((found) => [...new Map(found.map((stored) => [stored?.key, stored])).values()]),
    ["batches"],
  ],
  "a batch stops at 100 keys": [withRead((found) => found.slice(0, 100)), ["batches"]],
  "collections share their records": [{ storeName: () => "one" }, ["basics"]],
};
