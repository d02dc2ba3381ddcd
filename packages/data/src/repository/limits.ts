/**
 * What every driver accepts, whatever its engine would: the smallest common room of DynamoDB,
 * Firestore and Postgres. Checked before anything is sent.
 */
export const limits: {
  /** Longest encoded key, in bytes of UTF-8. */
  readonly keyBytes: number;
  /** Largest record with its index entries, in bytes as DynamoDB counts them. */
  readonly recordBytes: number;
  /** Deepest nesting of objects and arrays, the record itself being level 1. */
  readonly depth: number;
  /** Longest value of a field that an index goes by as its partition, in bytes of UTF-8. */
  readonly indexValueBytes: number;
  /**
   * Longest place in an index, in bytes of UTF-8: the value of the field that it sorts by, the
   * record's key, and 3 bytes for a string or 17 for a number.
   */
  readonly indexSortBytes: number;
  /** Most indexes of a repository. */
  readonly indexes: number;
  /** Longest field name, in bytes of UTF-8. */
  readonly fieldNameBytes: number;
  /** Magnitude of numbers other than zero: at least `smallestNumber`, below `numberBound`. */
  readonly smallestNumber: number;
  readonly numberBound: number;
  /** Most records on a page of a query. */
  readonly pageRecords: number;
  /** Most actions of a transaction. */
  readonly transactionActions: number;
  /** Largest transaction, in bytes of its records and keys. */
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
