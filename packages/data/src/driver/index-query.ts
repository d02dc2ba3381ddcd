import type { StoredRecord } from "./stored-record.ts";

/** A part of one partition of an index. Strings compare by the bytes of their UTF-8. */
export interface IndexRange {
  /** Name of the index. */
  readonly index: string;
  /** Only records whose entry has exactly this partition. */
  readonly partition: string;
  /** Only sort strings from this one on. Default: from the first. */
  readonly from?: string | undefined;
  /** Leaves out `from` itself. Default: false. */
  readonly fromExclusive?: boolean | undefined;
  /** Only sort strings before this one. Default: to the last. */
  readonly to?: string | undefined;
}

/** A request for one page of an index. */
export interface IndexQuery extends IndexRange {
  /** Direction in which sort strings are read. */
  readonly order: "ascending" | "descending";
  /** The most records that are wanted: 1 to 1,000. */
  readonly limit: number;
}

/** A request for the number of records. */
export interface CountQuery extends IndexRange {
  /** The present, in milliseconds since 1970: records with `expiresAt <= now` do not count. */
  readonly now: number;
}

/** One page of an index. */
export interface IndexPage {
  /** Up to `limit` records, in order; fewer are allowed even when there are more. */
  readonly records: readonly StoredRecord[];
  /** Whether there may be more behind this page. */
  readonly more: boolean;
  /**
   * The sort string up to which everything was looked at. Needed where `more` is true and the last
   * record is not it, such as on a page without records. Default: that of the last record.
   */
  readonly position?: string | undefined;
}

/** A request for some of all records. */
export interface ScanQuery {
  /** `position` of the page before. Absent: from the beginning. */
  readonly after?: string | undefined;
  /** The most records that are wanted: 1 to 1,000. */
  readonly limit: number;
}

/** Some of all records. */
export interface ScanPage {
  /** Up to `limit` records; fewer are allowed even when there are more. */
  readonly records: readonly StoredRecord[];
  /** Where the next page begins, in words of the driver's own. Absent: that was the last page. */
  readonly position?: string | undefined;
}
