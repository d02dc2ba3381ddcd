/**
 * A database in this process as the driver uses it: the `PGlite` of the package
 * `@electric-sql/pglite`. Described here so that the types of that package are needed only by those
 * who use it.
 */
export interface EmbeddedDatabase extends EmbeddedSession {
  transaction<R>(body: (session: EmbeddedTransaction) => Promise<R>): Promise<R>;
  close(): Promise<void>;
  /** The folder that the data is in; absent: memory. */
  readonly dataDir?: string | undefined;
}

/** What runs statements. */
export interface EmbeddedSession {
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as the package declares it
  query<R>(
    text: string,
    values: unknown[],
    options: { rowMode: "array"; parsers: Record<number, (text: string) => string> },
  ): Promise<{ rows: R[]; affectedRows?: number }>;
  exec(text: string): Promise<unknown>;
}

/** A transaction of an {@link EmbeddedDatabase}. */
export interface EmbeddedTransaction extends EmbeddedSession {
  rollback(): Promise<void>;
}
