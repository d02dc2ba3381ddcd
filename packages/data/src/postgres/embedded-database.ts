/**
 * A database in this process: the `PGlite` of the package `@electric-sql/pglite`. Declared here so that only its
 * users need the types of that package.
 */
export interface EmbeddedDatabase extends EmbeddedSession {
  transaction<R>(body: (session: EmbeddedTransaction) => Promise<R>): Promise<R>;
  close(): Promise<void>;
  /** The folder of the data. Absent: memory. */
  readonly dataDir?: string | undefined;
}

/** Runs statements. */
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
