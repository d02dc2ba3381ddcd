import type {
  CountQuery,
  IndexPage,
  IndexQuery,
  ScanPage,
  ScanQuery,
  StoredRecord,
  WriteAction,
  WriteCondition,
  WriteOutcome,
} from "@plinth/data";
import { MemoryCollection } from "../../src/memory/memory-collection.ts";
import type { Mutation } from "./mutant-driver.ts";

type Json = StoredRecord["data"][string];

/** A collection that changes the text of values, and of names where told to. */
const withText = (change: (text: string) => string, isOfNames = false): Mutation => {
  const changed = (value: Json): Json => {
    if (typeof value === "string") return isOfNames ? value : change(value);
    if (Array.isArray(value)) return value.map((element: Json) => changed(element));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        isOfNames ? change(name) : name,
        changed(inner),
      ]),
    );
  };
  return {
    Collection: class extends MemoryCollection {
      override apply(action: WriteAction): void {
        if (action.kind === "remove") {
          super.apply(action);
          return;
        }
        const { record } = action;
        super.apply({
          ...action,
          record: { ...record, data: changed(record.data) as StoredRecord["data"] },
        });
      }
    },
  };
};

/** A collection that judges ends at another present. */
const withPresent = (change: (now: number) => number): Mutation => ({
  Collection: class extends MemoryCollection {
    override holds(key: string, condition: WriteCondition, version?: number): boolean {
      const judged =
        condition.kind === "none" ? condition : { ...condition, now: change(condition.now) };
      return super.holds(key, judged, version);
    }
  },
});

/** A collection whose `writeMany` answers something else. */
const withOutcomes = (
  change: (outcomes: WriteOutcome[], actions: readonly WriteAction[]) => WriteOutcome[],
): Mutation => ({
  Collection: class extends MemoryCollection {
    override async writeMany(actions: readonly WriteAction[]): Promise<WriteOutcome[]> {
      return change(await super.writeMany(actions), actions);
    }
  },
});

const second = 1000;

/** Faults of what is stored and given back, with the groups that are to find them. */
export const storeMutants: Readonly<Record<string, [Mutation, readonly string[]]>> = {
  "line ends of Windows become those of Unix": [
    withText((text) => text.replaceAll("\r\n", "\n")),
    ["values"],
  ],
  "carriage returns become line feeds": [
    withText((text) => text.replaceAll(/\r(?!\n)/g, "\n")),
    ["values"],
  ],
  "values are trimmed": [withText((text) => text.trim()), ["values"]],
  "values lose blanks at their end": [withText((text) => text.trimEnd()), ["values"]],
  "values are brought to one normal form": [withText((text) => text.normalize()), ["values"]],
  "values are decomposed": [withText((text) => text.normalize("NFD")), ["values"]],
  "values lose characters without width": [
    withText((text) => text.replaceAll(/[\u200b\ufeff]/g, "")),
    ["values"],
  ],
  "values lose backslashes": [withText((text) => text.replaceAll("\\\\", "\\")), ["values"]],
  "names are trimmed": [withText((name) => name.trim() || name, true), ["values"]],
  "names are in one case": [withText((name) => name.toLowerCase(), true), ["values"]],
  "names are brought to one normal form": [withText((name) => name.normalize(), true), ["values"]],
  "names that are numbers lose their zeros": [
    withText((name) => name.replace(/^0+(?=\d)/, ""), true),
    ["values"],
  ],
  "conditions judge ends in whole seconds": [
    withPresent((now) => Math.floor(now / second) * second),
    ["stored records"],
  ],
  "conditions judge ends in seconds rounded up": [
    withPresent((now) => Math.ceil(now / second) * second),
    ["stored records"],
  ],
  "conditions judge ends in rounded seconds": [
    withPresent((now) => Math.round(now / second) * second),
    ["stored records"],
  ],
  "conditions judge ends a millisecond late": [withPresent((now) => now - 1), ["stored records"]],
  "revisions are compared without regard to case": [
    {
      Collection: class extends MemoryCollection {
        override holds(key: string, condition: WriteCondition, version?: number): boolean {
          const stored = this.records.get(key)?.revision;
          const isAlike =
            condition.kind === "revision" &&
            condition.revision.toLowerCase() === stored?.toLowerCase();
          const judged = isAlike ? { ...condition, revision: stored ?? "" } : condition;
          return super.holds(key, judged, version);
        }
      },
    },
    ["stored records"],
  ],
  "a scan goes by keys in one case": [
    {
      Collection: class extends MemoryCollection {
        override async scan({ after, limit }: ScanQuery): Promise<ScanPage> {
          const { records } = await super.scan({ limit: 1000 });
          const fold = ({ key }: StoredRecord): string => key.toLowerCase();
          const sorted = records.toSorted((one, other) => (fold(one) < fold(other) ? -1 : 1));
          const left = sorted.filter((record) => after === undefined || fold(record) > after);
          const page = left.slice(0, limit);
          const last = page.at(-1);
          return left.length > limit && last !== undefined
            ? { records: page, position: fold(last) }
            : { records: page };
        }
      },
    },
    ["driver contract"],
  ],
  "a count judges ends in whole seconds": [
    {
      Collection: class extends MemoryCollection {
        override count(query: CountQuery): Promise<number> {
          return super.count({ ...query, now: Math.floor(query.now / second) * second });
        }
      },
    },
    ["stored records"],
  ],
  "a hint is stored and comes back": [
    {
      Collection: class extends MemoryCollection {
        readonly #hints = new Map<string, unknown>();
        override apply(action: WriteAction): void {
          super.apply(action);
          if (action.kind === "set") this.#hints.set(action.record.revision, action.record.hint);
        }
        override async get(keys: readonly string[]): Promise<(StoredRecord | undefined)[]> {
          const found = await super.get(keys);
          return found.map(
            (stored) => stored && { ...stored, hint: this.#hints.get(stored.revision) },
          );
        }
      },
    },
    ["stored records"],
  ],
  "writeMany answers in reverse order": [
    withOutcomes((outcomes) => outcomes.toReversed()),
    ["stored records"],
  ],
  "writeMany says that all was applied": [
    withOutcomes((outcomes) => outcomes.map(() => "applied")),
    ["write many"],
  ],
  "writeMany answers for the first hundred alone": [
    withOutcomes((outcomes) => outcomes.slice(0, 100)),
    ["stored records"],
  ],
  "writeMany looks at no condition": [
    {
      Collection: class extends MemoryCollection {
        override async writeMany(actions: readonly WriteAction[]): Promise<WriteOutcome[]> {
          for (const action of actions) this.apply(action);
          return actions.map(() => "applied");
        }
      },
    },
    ["write many"],
  ],
  "the upper bound is inclusive, so that a query backwards leads no further": [
    {
      Collection: class extends MemoryCollection {
        override query(query: IndexQuery): Promise<IndexPage> {
          return super.query(query.to === undefined ? query : { ...query, to: `${query.to}\0` });
        }
      },
    },
    ["cursors"],
  ],
  "a page leads back to its own beginning": [
    {
      Collection: class extends MemoryCollection {
        override async query(query: IndexQuery): Promise<IndexPage> {
          const page = await super.query({ ...query, fromExclusive: false });
          return { ...page, more: page.records.length > 0 };
        }
      },
    },
    ["cursors"],
  ],
  "a scan begins from the first record each time": [
    {
      Collection: class extends MemoryCollection {
        override async scan({ limit }: ScanQuery): Promise<ScanPage> {
          return super.scan({ limit });
        }
      },
    },
    ["driver contract", "versions", "unusual text"],
  ],
};
