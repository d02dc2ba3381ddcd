import type { JsonObject } from "@plinth/core/errors";

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
   * Whatever the driver wants to see again when the record just read is written back, such as the
   * engine's own version of it. Never stored, never shown; a driver without use for it leaves it out.
   */
  readonly hint?: unknown;
}
