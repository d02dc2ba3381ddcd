import type { JsonObject } from "@plinth/core/errors";

/** Where a record stands in one index. Both are made by the repository: plain text without NUL. */
export interface IndexEntry {
  /** Compared for equality only: at most 1,025 bytes of UTF-8. */
  readonly partition: string;
  /** Compared by the bytes of its UTF-8, at most 1,024 of them. No two records of a partition share it. */
  readonly sort: string;
}

/** What a driver stores for one record. All of it is JSON, made and checked by the repository. */
export interface StoredRecord {
  /** The encoded key: well-formed Unicode without control characters, 1 to 1,024 bytes of UTF-8. */
  readonly key: string;
  /** Stamped by the repository on every write; a driver stores and compares it, nothing else. */
  readonly revision: string;
  /** The version of the schema that the data was written under. */
  readonly schemaVersion: number;
  /** The record's fields. No top-level name begins with an underscore: those are free for metadata. */
  readonly data: JsonObject;
  /**
   * When the record ends, in whole milliseconds since 1970, up to the end of the year 9999. The engine
   * may remove it from then on, at any time or never. Absent: it does not end.
   */
  readonly expiresAt?: number | undefined;
  /** Where the record stands in each index, by name. It is not in an index that is not named here. */
  readonly indexes: Readonly<Record<string, IndexEntry>>;
  /**
   * Whatever the driver wants to see again when the record just read is written back, such as the
   * engine's own version of it. Never stored, never shown; a driver without use for it leaves it out.
   */
  readonly hint?: unknown;
}
