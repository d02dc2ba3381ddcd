import type {
  CollectionDefinition,
  CountQuery,
  IndexEntry,
  IndexPage,
  IndexQuery,
  StoredRecord,
  WriteAction,
  WriteCondition,
} from "@plinth/data";
import { keyOf } from "../../src/driver/key-of.ts";
import { MemoryCollection } from "../../src/memory/memory-collection.ts";
import type { MemoryRecords } from "../../src/memory/memory-records.ts";
import type { Mutation } from "./mutant-driver.ts";

type Fold = (text: string) => string;

const cutAt =
  (bytes: number): Fold =>
  (text) =>
    Buffer.from(text).subarray(0, bytes).toString("latin1");

/** What inexact comparison overlooks, by name. */
const folds = {
  case: (text) => text.toLowerCase(),
  "case, in capitals": (text) => text.toUpperCase(),
  "blanks at the end": (text) => text.trimEnd(),
  "blanks at the beginning": (text) => text.trimStart(),
  "normal forms": (text) => text.normalize("NFC"),
  "compatible characters": (text) => text.normalize("NFKC"),
  accents: (text) => text.normalize("NFD").replaceAll(/\p{M}/gu, ""),
  punctuation: (text) => text.replaceAll(/[-_.]/g, "-"),
  "marks without width": (text) => text.replaceAll(/[\u00ad\u200b\ufeff]/g, ""),
  "zeros before a number": (text) => text.replaceAll(/0+(?=\d)/g, ""),
  escapes: (text) => text.replaceAll("%20", " ").replaceAll("%61", "a"),
  "all but 35 bytes": cutAt(35),
  "all but 59 bytes": cutAt(59),
  "all but 63 bytes": cutAt(63),
  "all but 500 bytes": cutAt(500),
  "all but 1,000 bytes": cutAt(1000),
} as const satisfies Readonly<Record<string, Fold>>;

type Overlooked = keyof typeof folds;

/** Mutants of one kind, each of which overlooks something else, found by the groups. */
function overlooking(
  what: string,
  overlooked: readonly Overlooked[],
  make: (fold: Fold) => Mutation,
  groups: readonly string[],
): Record<string, [Mutation, readonly string[]]> {
  return Object.fromEntries(
    overlooked.map((name) => [
      `${what} are compared without regard to ${name}`,
      [make(folds[name]), groups],
    ]),
  );
}

const keys = (fold: Fold): Mutation => ({
  Collection: class extends MemoryCollection {
    #alike(key: string): string {
      const wanted = fold(key);
      for (const stored of this.records.keys()) if (fold(stored) === wanted) return stored;
      return key;
    }

    override async get(asked: readonly string[]): Promise<(StoredRecord | undefined)[]> {
      return super.get(asked.map((key) => this.#alike(key)));
    }

    override holds(key: string, condition: WriteCondition, version?: number): boolean {
      return super.holds(this.#alike(key), condition, version);
    }

    override apply(action: WriteAction): void {
      super.apply({ kind: "remove", key: this.#alike(keyOf(action)), condition: { kind: "none" } });
      if (action.kind === "set") super.apply(action);
    }
  },
});

/** A collection that changes the entries of records, and the queries, in the same way. */
const entries = (change: {
  readonly entry: (entry: IndexEntry) => IndexEntry;
  readonly query: <Q extends CountQuery | IndexQuery>(query: Q) => Q;
}): Mutation => ({
  Collection: class extends MemoryCollection {
    override apply(action: WriteAction): void {
      if (action.kind === "remove") {
        super.apply(action);
        return;
      }
      const { record } = action;
      const indexes = Object.fromEntries(
        Object.entries(record.indexes).map(([name, entry]) => [name, change.entry(entry)]),
      );
      super.apply({ ...action, record: { ...record, indexes } });
    }

    override query(query: IndexQuery): Promise<IndexPage> {
      return super.query(change.query(query));
    }

    override count(query: CountQuery): Promise<number> {
      return super.count(change.query(query));
    }
  },
});

const partitions = (fold: Fold): Mutation =>
  entries({
    entry: ({ partition, sort }) => ({ partition: fold(partition), sort }),
    query: (query) => ({ ...query, partition: fold(query.partition) }),
  });

const sorts = (fold: Fold): Mutation =>
  entries({
    entry: ({ partition, sort }) => ({ partition, sort: fold(sort) }),
    query: (query) => ({
      ...query,
      from: query.from === undefined ? undefined : fold(query.from),
      to: query.to === undefined ? undefined : fold(query.to),
    }),
  });

const tokens = (fold: Fold): Mutation => ({
  transact: (right, actions, { token, ...options }) =>
    right.transact(actions, { ...options, token: token === undefined ? token : fold(token) }),
});

const indexNames = (fold: Fold): Mutation => {
  const folded = (action: WriteAction): WriteAction => {
    if (action.kind === "remove") return action;
    const { record } = action;
    const indexes = Object.fromEntries(
      Object.entries(record.indexes).map(([name, entry]) => [fold(name), entry]),
    );
    return { ...action, record: { ...record, indexes } };
  };
  return {
    Collection: class extends MemoryCollection {
      constructor(definition: CollectionDefinition, records: MemoryRecords) {
        super({ ...definition, indexes: definition.indexes.map(fold) }, records);
      }

      override check(action: WriteAction): void {
        super.check(folded(action));
      }

      override apply(action: WriteAction): void {
        super.apply(folded(action));
      }

      override query(query: IndexQuery): Promise<IndexPage> {
        return super.query({ ...query, index: fold(query.index) });
      }

      override count(query: CountQuery): Promise<number> {
        return super.count({ ...query, index: fold(query.index) });
      }
    },
  };
};

/** Comparison that is not exact, of all that a driver compares. */
export const comparisonMutants: Readonly<Record<string, [Mutation, readonly string[]]>> = {
  ...overlooking(
    "keys",
    [
      "case, in capitals",
      "blanks at the end",
      "blanks at the beginning",
      "normal forms",
      "compatible characters",
      "accents",
      "punctuation",
      "marks without width",
      "zeros before a number",
      "escapes",
    ],
    keys,
    ["keys"],
  ),
  ...overlooking(
    "partitions",
    [
      "case",
      "blanks at the end",
      "normal forms",
      "compatible characters",
      "accents",
      "punctuation",
      "zeros before a number",
      "all but 500 bytes",
      "all but 1,000 bytes",
    ],
    partitions,
    ["queries"],
  ),
  ...overlooking(
    "sort strings",
    ["case", "normal forms", "accents", "punctuation", "all but 500 bytes"],
    sorts,
    ["ordering"],
  ),
  ...overlooking("long sort strings", ["all but 1,000 bytes"], sorts, ["stored records"]),
  ...overlooking(
    "tokens",
    [
      "case",
      "blanks at the end",
      "blanks at the beginning",
      "punctuation",
      "zeros before a number",
      "all but 35 bytes",
    ],
    tokens,
    ["tokens"],
  ),
  ...overlooking(
    "names of collections",
    ["case", "punctuation", "all but 63 bytes"],
    (storeName) => ({ storeName }),
    ["names"],
  ),
  ...overlooking(
    "names of indexes",
    ["case", "zeros before a number", "all but 59 bytes"],
    indexNames,
    ["names"],
  ),
};
