/** A record with its revision. */
export interface Entry<T> {
  readonly record: T;
  /** Opaque; every write changes it. Pass it to a write that must not overwrite later changes. */
  readonly revision: string;
}

/** Options of a write that may require a revision. */
export interface RevisionOptions {
  /** The write applies only if the record is at this revision. Default: any revision. */
  readonly revision?: string | undefined;
}

/** Options of `update`. */
export interface UpdateOptions {
  /** The maximum number of attempts before `aborted`. A whole number from 1. Default: 30. */
  readonly attempts?: number | undefined;
}

/** Options of a read. */
export interface ReadOptions {
  /**
   * Whether to batch the read with others of the same turn of the event loop: one request for all of them,
   * each record read once. Just as consistent. Default: true.
   */
  readonly coalesce?: boolean | undefined;
}
