/**
 * What every driver accepts, whatever its engine would: the smallest common room of DynamoDB,
 * Firestore and Postgres. Checked before anything is sent.
 */
export const limits: {
  /** Longest encoded key, in bytes of UTF-8. */
  readonly keyBytes: number;
  /** Largest record, in bytes as DynamoDB counts them (see `measure` in json-data.ts). */
  readonly recordBytes: number;
  /** Deepest nesting of objects and arrays, the record itself being level 1. */
  readonly depth: number;
  /** Longest value of an indexed field, in bytes of UTF-8. */
  readonly indexValueBytes: number;
  /** Longest field name, in bytes of UTF-8. */
  readonly fieldNameBytes: number;
  /** Magnitude of numbers other than zero: at least `smallestNumber`, below `numberBound`. */
  readonly smallestNumber: number;
  readonly numberBound: number;
} = {
  keyBytes: 1024,
  recordBytes: 384 * 1024,
  depth: 16,
  indexValueBytes: 1024,
  fieldNameBytes: 255,
  smallestNumber: 1e-130,
  numberBound: 1e126,
};
