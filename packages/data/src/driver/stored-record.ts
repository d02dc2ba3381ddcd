import type { JsonObject } from "@plinth/core/errors";

/** The place of a record in one index. The repository makes both strings: plain text without NUL. */
export interface IndexEntry {
  /** Compared for equality only: at most 1,500 bytes of UTF-8. */
  readonly partition: string;
  /** Compared by the bytes of its UTF-8, at most 1,024 bytes. Unique within the partition. */
  readonly sort: string;
}

/** What a driver stores for one record. All of it is JSON; the repository makes and validates it. */
export interface StoredRecord {
  /** The encoded key: well-formed Unicode without control characters, 1 to 1,024 bytes of UTF-8. */
  readonly key: string;
  /** Set by the repository on every write. Drivers only store and compare it. */
  readonly revision: string;
  /** The version of the schema that the data was written with. */
  readonly schemaVersion: number;
  /** The fields. No top-level name begins with an underscore: those names are free for metadata. */
  readonly data: JsonObject;
  /**
   * When the record expires, in whole milliseconds since 1970, up to the end of the year 9999. From then
   * on, the engine may remove it at any time or never. Absent: it does not expire.
   */
  readonly expiresAt?: number | undefined;
  /** The place of the record in each index, by name. It is in no other index. */
  readonly indexes: Readonly<Record<string, IndexEntry>>;
  /**
   * Anything that the driver wants back when this record is written after the read, such as the engine's
   * version of it. Never stored and never shown. Absent: the driver does not use it.
   */
  readonly hint?: unknown;
}
