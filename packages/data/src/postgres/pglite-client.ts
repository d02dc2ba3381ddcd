import { race } from "@plinth/support/race";
import { ClosedError } from "../driver/closed-error.ts";
import type { DriverCallOptions } from "../driver/driver-collection.ts";
import { discreet } from "./discreet-error.ts";
import type { EmbeddedDatabase, EmbeddedSession } from "./embedded-database.ts";
import type {
  SqlClient,
  SqlDecision,
  SqlResult,
  SqlRow,
  SqlSession,
  SqlValue,
  Statement,
} from "./sql-client.ts";

// PGlite decodes each value on its own, and drops a byte order mark at the beginning of a text. Texts with any
// beginning are selected as bytes, which arrive as hexadecimal digits after `\x`.
const fromBytes = (digits: string): string => Buffer.from(digits.slice(2), "hex").toString();

// The other types in our answers: int8, int4, json. No JSON begins with a mark.
const parsers: Record<number, (text: string) => string> = {
  17: fromBytes,
  ...Object.fromEntries([20, 23, 114].map((type) => [type, (text: string) => text])),
};

/** An opened database, and how to close it. */
export interface OpenedDatabase {
  readonly database: EmbeddedDatabase;
  close(): Promise<void>;
}

/** Postgres in this process, by the package `@electric-sql/pglite`. One statement runs at a time. */
export class PgliteClient implements SqlClient {
  readonly textOf = (column: string): string => `convert_to(${column}, 'UTF8')`;
  readonly #open: () => Promise<OpenedDatabase>;
  #opened: Promise<OpenedDatabase> | undefined;
  #isClosed = false;

  /** @param open Opens the database at the first use. */
  constructor(open: () => Promise<OpenedDatabase>) {
    this.#open = open;
  }

  async query(
    statement: Statement,
    values: readonly SqlValue[],
    options: DriverCallOptions,
  ): Promise<SqlResult> {
    return race(options, async () => {
      const { database } = await this.#connect();
      options.signal?.throwIfAborted();
      return send(database, statement, values);
    });
  }

  async transaction<R>(
    body: (session: SqlSession) => Promise<SqlDecision<R>>,
    options: DriverCallOptions,
  ): Promise<R> {
    return race(options, async () => {
      const { database } = await this.#connect();
      return database.transaction(async (session) => {
        const { commit, value } = await body({
          query: (statement, values) => {
            options.signal?.throwIfAborted();
            return send(session, statement, values);
          },
          script: async (text) => void (await session.exec(text)),
        });
        options.signal?.throwIfAborted();
        if (!commit) await session.rollback();
        return value;
      });
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    // A database that failed to open has nothing to close.
    const opened = await this.#opened?.catch(() => undefined);
    await opened?.close();
  }

  #connect(): Promise<OpenedDatabase> {
    if (this.#isClosed) return Promise.reject(new ClosedError());
    this.#opened ??= this.#open().catch((error: unknown) => {
      // The next attempt tries again: the folder may be free by then.
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }
}

async function send(
  session: EmbeddedSession,
  { text }: Statement,
  values: readonly SqlValue[],
): Promise<SqlResult> {
  try {
    const options = { rowMode: "array", parsers } as const;
    const { rows, affectedRows } = await session.query<SqlRow>(text, [...values], options);
    return { rows, count: rows.length > 0 ? rows.length : (affectedRows ?? 0) };
  } catch (error) {
    throw discreet(error);
  }
}
