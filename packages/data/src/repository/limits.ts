/**
 * The limits of all drivers: the smallest common ones of DynamoDB, Firestore and Postgres. Checked before
 * anything is sent.
 */
export const limits: {
  /** Maximum length of an encoded key, in bytes of UTF-8. */
  readonly keyBytes: number;
  /** Maximum size of a record with its index entries, in bytes as DynamoDB counts them. */
  readonly recordBytes: number;
  /** Maximum nesting of objects and arrays. The record itself is level 1. */
  readonly depth: number;
  /** Maximum length of a value of a partition field, in bytes of UTF-8. */
  readonly indexValueBytes: number;
  /**
   * Maximum length of a place in an index, in bytes of UTF-8: the value of the sort field, the record's
   * key, and 3 bytes for a string or 17 for a number.
   */
  readonly indexSortBytes: number;
  /** Maximum number of indexes of a repository. */
  readonly indexes: number;
  /** Maximum length of a field name, in bytes of UTF-8. */
  readonly fieldNameBytes: number;
  /** Magnitude of numbers other than zero: at least `smallestNumber`, below `numberBound`. */
  readonly smallestNumber: number;
  readonly numberBound: number;
  /** Maximum number of records on a page of a query. */
  readonly pageRecords: number;
  /** Maximum number of actions of a transaction. */
  readonly transactionActions: number;
  /** Maximum size of a transaction, in bytes of its records and keys. */
  readonly transactionBytes: number;
  /** Latest expiry, in milliseconds since 1970: the end of the year 9999. */
  readonly expiresAt: number;
} = {
  keyBytes: 1024,
  recordBytes: 384 * 1024,
  depth: 16,
  indexValueBytes: 1024,
  indexSortBytes: 1024,
  indexes: 20,
  fieldNameBytes: 255,
  smallestNumber: 1e-130,
  numberBound: 1e126,
  pageRecords: 1000,
  transactionActions: 100,
  transactionBytes: 4_000_000,
  expiresAt: 253_402_300_799_999,
};
