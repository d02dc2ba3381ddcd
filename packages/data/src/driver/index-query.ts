import type { StoredRecord } from "./stored-record.ts";

/** A range of one partition of an index. Strings compare by the bytes of their UTF-8. */
export interface IndexRange {
  /** Name of the index. */
  readonly index: string;
  /** Only records whose index entry has this partition. */
  readonly partition: string;
  /** The lowest sort string. Default: from the first. */
  readonly from?: string | undefined;
  /** Whether to leave out `from` itself. Default: false. */
  readonly fromExclusive?: boolean | undefined;
  /** Only sort strings below this one. Default: to the last. */
  readonly to?: string | undefined;
}

/** A request for one page of an index. */
export interface IndexQuery extends IndexRange {
  /** The direction of reading. */
  readonly order: "ascending" | "descending";
  /** The maximum number of records: 1 to 1,000. */
  readonly limit: number;
}

/** A request for the number of records. */
export interface CountQuery extends IndexRange {
  /** The present, in milliseconds since 1970: records with `expiresAt <= now` do not count. */
  readonly now: number;
}

/** One page of an index. */
export interface IndexPage {
  /** Up to `limit` records, in order. May be fewer even if there are more. */
  readonly records: readonly StoredRecord[];
  /** Whether more records may follow this page. */
  readonly more: boolean;
  /**
   * The sort string where this page ends. Required if `more` is true and the last record is not the end,
   * such as on a page without records. Default: the sort string of the last record.
   */
  readonly position?: string | undefined;
}

/** A request for one page of all records. */
export interface ScanQuery {
  /** `position` of the previous page. Default: from the beginning. */
  readonly after?: string | undefined;
  /** The maximum number of records: 1 to 1,000. */
  readonly limit: number;
}

/** One page of all records. */
export interface ScanPage {
  /** Up to `limit` records. May be fewer even if there are more. */
  readonly records: readonly StoredRecord[];
  /** Where the next page begins, in a form of the driver's choice. Absent: this is the last page. */
  readonly position?: string | undefined;
}
