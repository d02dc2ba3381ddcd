import * as fc from "fast-check";

/** The fields of a record, in terms of the run: `shelf` 0 is the first shelf of the run. */
export interface ModelFields {
  readonly shelf?: number | undefined;
  readonly rank?: number | undefined;
  readonly label?: string | undefined;
  /** How long the record lives, in milliseconds. */
  readonly lifetime?: number | undefined;
}

/** Which revision a write demands: none, the last one seen, one before it, or one never given. */
export type ModelRevision = "none" | "current" | "stale" | "unknown";

/** A write; `id` 0 is the first record of the run. */
export interface ModelWrite {
  readonly kind: "create" | "put" | "replace" | "delete" | "check";
  readonly id: number;
  readonly fields: ModelFields;
  readonly revision: ModelRevision;
  readonly state: "absent" | "present" | "revision";
}

/** A query, with the size of its pages. */
export interface ModelQuery {
  readonly index: "byShelf" | "byRank" | "byLabel";
  readonly shelf: number;
  readonly order: "ascending" | "descending";
  readonly limit: number;
  readonly lower?: { readonly bound: "from" | "after"; readonly at: number } | undefined;
  readonly upper?: { readonly bound: "to" | "before"; readonly at: number } | undefined;
  /** A record that is deleted when the first page was read. */
  readonly deleted?: number | undefined;
}

/** One step of a random run. */
export type Operation =
  | { readonly name: "write"; readonly write: ModelWrite }
  | { readonly name: "update"; readonly id: number; readonly fields: ModelFields }
  | { readonly name: "get"; readonly ids: readonly number[] }
  | { readonly name: "query"; readonly query: ModelQuery }
  | { readonly name: "count"; readonly query: ModelQuery }
  | { readonly name: "transact"; readonly writes: readonly ModelWrite[] }
  | { readonly name: "writeMany"; readonly writes: readonly ModelWrite[] }
  | { readonly name: "wait"; readonly time: number };

/** Labels and ranks of records and queries: few, so that they coincide. */
export const labels: readonly string[] = ["", "a", "a\u0001", "ab", "b", "é", "\uffff", "😀"];
/** See {@link labels}. */
export const ranks: readonly number[] = [-10, -1.5, -1, 0, 0.5, 1, 2, 10];

const ids = fc.nat({ max: 5 });
const shelves = fc.nat({ max: 1 });

const fields: fc.Arbitrary<ModelFields> = fc.record({
  shelf: fc.option(shelves, { nil: undefined, freq: 5 }),
  rank: fc.option(fc.constantFrom(...ranks), { nil: undefined, freq: 3 }),
  label: fc.option(fc.constantFrom(...labels), { nil: undefined }),
  lifetime: fc.option(fc.constantFrom(0, 1000, 5000), { nil: undefined, freq: 1 }),
});

const write: fc.Arbitrary<ModelWrite> = fc.record({
  kind: fc.constantFrom("create", "put", "replace", "delete"),
  id: ids,
  fields,
  revision: fc.constantFrom("none", "none", "current", "current", "stale", "unknown"),
  state: fc.constant("absent"),
});

const transactWrite: fc.Arbitrary<ModelWrite> = fc.oneof(
  { weight: 4, arbitrary: write },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("check"),
      id: ids,
      fields: fc.constant({}),
      revision: fc.constantFrom("current", "stale"),
      state: fc.constantFrom("absent", "present", "revision"),
    }),
  },
);

const several = (one: fc.Arbitrary<ModelWrite>): fc.Arbitrary<ModelWrite[]> =>
  fc.uniqueArray(one, { selector: ({ id }) => id, minLength: 1, maxLength: 4 });

const query: fc.Arbitrary<ModelQuery> = fc.record({
  index: fc.constantFrom("byShelf", "byRank", "byLabel"),
  shelf: shelves,
  order: fc.constantFrom("ascending", "descending"),
  limit: fc.integer({ min: 1, max: 4 }),
  lower: fc.option(fc.record({ bound: fc.constantFrom("from", "after"), at: fc.nat({ max: 7 }) }), {
    nil: undefined,
  }),
  upper: fc.option(fc.record({ bound: fc.constantFrom("to", "before"), at: fc.nat({ max: 7 }) }), {
    nil: undefined,
  }),
  deleted: fc.option(ids, { nil: undefined, freq: 3 }),
});

/** Any step. */
export const modelOperations: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ name: fc.constant("write"), write }) },
  { weight: 2, arbitrary: fc.record({ name: fc.constant("update"), id: ids, fields }) },
  {
    weight: 3,
    arbitrary: fc.record({
      name: fc.constant("get"),
      ids: fc.array(ids, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ name: fc.constant("query"), query }) },
  { weight: 1, arbitrary: fc.record({ name: fc.constant("count"), query }) },
  {
    weight: 3,
    arbitrary: fc.record({ name: fc.constant("transact"), writes: several(transactWrite) }),
  },
  { weight: 2, arbitrary: fc.record({ name: fc.constant("writeMany"), writes: several(write) }) },
  {
    weight: 1,
    arbitrary: fc.record({ name: fc.constant("wait"), time: fc.constantFrom(999, 1000) }),
  },
);
