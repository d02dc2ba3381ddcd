import type { Entry } from "./entry.ts";
import type { IndexDeclarations } from "./definition.ts";

/**
 * A range of the order of an index. Values are those of the sort field. Only records whose value is of the
 * same kind (string, number, boolean) are found. Default: all records.
 */
export interface SortRange<V> {
  /** Only this value and later ones. */
  readonly from?: V | undefined;
  /** Only values after this one. */
  readonly after?: V | undefined;
  /** Only this value and earlier ones. */
  readonly to?: V | undefined;
  /** Only values before this one. */
  readonly before?: V | undefined;
  /** Only strings with this prefix. Not together with the other bounds. */
  readonly prefix?: (V extends string ? string : never) | undefined;
}

type ValueOf<T, F> = F extends keyof T ? NonNullable<T[F]> : never;

type PartitionPart<T, D> = D extends { readonly partition: infer F }
  ? { readonly partition: ValueOf<T, F> }
  : { readonly partition?: undefined };

type RangePart<T, D> = D extends { readonly sort: infer F }
  ? SortRange<ValueOf<T, F>>
  : { readonly [B in keyof SortRange<string>]?: undefined };

/** The records of one partition of an index, within a range of its order. */
export type IndexSelection<T, I extends IndexDeclarations<T>> = {
  [N in keyof I & string]: {
    /** Name of the index. */
    readonly index: N;
  } & PartitionPart<T, I[N]> &
    RangePart<T, I[N]>;
}[keyof I & string];

/** The direction of a query. */
export interface OrderOptions {
  /** Records with equal values are in the order of their keys. Default: `"ascending"`. */
  readonly order?: "ascending" | "descending" | undefined;
}

/** Options of one page of a query. */
export interface PageOptions extends OrderOptions {
  /** The maximum number of records on the page, 1 to 1,000. Default: 100. */
  readonly limit?: number | undefined;
  /** `cursor` of the previous page of the same query. Default: the first page. */
  readonly cursor?: string | undefined;
}

/** Options of an iteration over a query. */
export interface EachOptions extends OrderOptions {
  /** The number of records per request, 1 to 1,000. Default: 100. */
  readonly pageSize?: number | undefined;
}

/** One page of a query. */
export interface Page<T> {
  /** The records with their revisions, in order. May be fewer than `limit`, and even none. */
  readonly entries: readonly Entry<T>[];
  /**
   * The records alone. Derived from `entries` when first read; copies by `{ ...page }`, `structuredClone`
   * and `JSON.stringify` have it as well.
   */
  readonly records: readonly T[];
  /** Where the next page begins: opaque, and valid for this query only. Absent: this is the last page. */
  readonly cursor?: string | undefined;
}

/** A query without its static types. */
export interface AnyQuery extends PageOptions, SortRange<unknown> {
  readonly index: string;
  readonly partition?: unknown;
}
