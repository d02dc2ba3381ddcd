import type { Entry } from "./entry.ts";
import type { IndexDeclarations } from "./definition.ts";

/**
 * Which part of the order of an index is wanted. Values are those of the index's sort field, and only
 * records whose value is of the same kind (string, number, boolean) are found. Default: all of it.
 */
export interface SortRange<V> {
  /** Only this value and those behind it. */
  readonly from?: V | undefined;
  /** Only values behind this one. */
  readonly after?: V | undefined;
  /** Only this value and those before it. */
  readonly to?: V | undefined;
  /** Only values before this one. */
  readonly before?: V | undefined;
  /** Only strings that begin so; goes without the others. */
  readonly prefix?: (V extends string ? string : never) | undefined;
}

type ValueOf<T, F> = F extends keyof T ? NonNullable<T[F]> : never;

type PartitionPart<T, D> = D extends { readonly partition: infer F }
  ? { readonly partition: ValueOf<T, F> }
  : { readonly partition?: undefined };

type RangePart<T, D> = D extends { readonly sort: infer F }
  ? SortRange<ValueOf<T, F>>
  : { readonly [B in keyof SortRange<string>]?: undefined };

/** Records that an index finds: those of one partition, as far as they are in a range of its order. */
export type IndexSelection<T, I extends IndexDeclarations<T>> = {
  [N in keyof I & string]: {
    /** Name of the index. */
    readonly index: N;
  } & PartitionPart<T, I[N]> &
    RangePart<T, I[N]>;
}[keyof I & string];

/** The direction of a query. */
export interface OrderOptions {
  /** Equal values come in the order of the records' keys. Default: `"ascending"`. */
  readonly order?: "ascending" | "descending" | undefined;
}

/** Which page of a query is wanted. */
export interface PageOptions extends OrderOptions {
  /** The most records on the page, 1 to 1,000. Default: 100. */
  readonly limit?: number | undefined;
  /** `cursor` of the page before, of the same query. Default: the first page. */
  readonly cursor?: string | undefined;
}

/** How a query is gone through. */
export interface EachOptions extends OrderOptions {
  /** How many records are read at a time, 1 to 1,000. Default: 100. */
  readonly pageSize?: number | undefined;
}

/** One page of a query. */
export interface Page<T> {
  /** The records with their revisions, in order. May be fewer than asked for, and even none. */
  readonly entries: readonly Entry<T>[];
  /**
   * The records alone. Derived from `entries` when first read; copies by `{ ...page }`, `structuredClone`
   * and `JSON.stringify` have it as well.
   */
  readonly records: readonly T[];
  /** Where the next page begins: opaque, and good for this query alone. Absent: there is no more. */
  readonly cursor?: string | undefined;
}

/** A query as it is looked at while it runs, when its types are known no more. */
export interface AnyQuery extends PageOptions, SortRange<unknown> {
  readonly index: string;
  readonly partition?: unknown;
}
