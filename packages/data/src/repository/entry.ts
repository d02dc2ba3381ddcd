/** A record together with the revision that it was read or written at. */
export interface Entry<T> {
  readonly record: T;
  /** Opaque; differs after every write. Give it back to change the record only as you saw it. */
  readonly revision: string;
}

/** Options of a write that may demand a revision. */
export interface RevisionOptions {
  /** The write applies only to the record at this revision. Default: whatever is stored. */
  readonly revision?: string | undefined;
}

/** Options of `update`. */
export interface UpdateOptions {
  /** How often to read, change and write before giving up with `aborted`. Default: 30. */
  readonly attempts?: number | undefined;
}

/** Options of a read. */
export interface ReadOptions {
  /**
   * Whether the read may go together with others of the same turn of the event loop: one request for
   * all of them, each record read once. Just as consistent. Default: true.
   */
  readonly coalesce?: boolean | undefined;
}
