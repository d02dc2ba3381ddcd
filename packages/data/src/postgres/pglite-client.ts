import type { DriverCallOptions } from "../driver/driver.ts";
import { abortable } from "./abortable.ts";
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

// The types that our statements answer with besides text: int8, int4, json.
const asText = Object.fromEntries([20, 23, 114].map((type) => [type, (text: string) => text]));

/** An opened database, and how to leave it. */
export interface OpenedDatabase {
  readonly database: EmbeddedDatabase;
  close(): Promise<void>;
}

/** Postgres in this process, by the package `@electric-sql/pglite`. One statement runs at a time. */
export class PgliteClient implements SqlClient {
  readonly #open: () => Promise<OpenedDatabase>;
  #opened: Promise<OpenedDatabase> | undefined;

  /** @param open opens the database when it is first needed */
  constructor(open: () => Promise<OpenedDatabase>) {
    this.#open = open;
  }

  async query(
    statement: Statement,
    values: readonly SqlValue[],
    options: DriverCallOptions,
  ): Promise<SqlResult> {
    return abortable(options, async () => {
      const { database } = await this.#connect();
      options.signal?.throwIfAborted();
      return send(database, statement, values);
    });
  }

  async transaction<R>(
    body: (session: SqlSession) => Promise<SqlDecision<R>>,
    options: DriverCallOptions,
  ): Promise<R> {
    return abortable(options, async () => {
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
    const opened = await this.#opened;
    await opened?.close();
  }

  #connect(): Promise<OpenedDatabase> {
    this.#opened ??= this.#open().catch((error: unknown) => {
      // The next attempt looks again: the folder may be free by then.
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
    const options = { rowMode: "array", parsers: asText } as const;
    const { rows, affectedRows } = await session.query<SqlRow>(text, [...values], options);
    return { rows, count: rows.length > 0 ? rows.length : (affectedRows ?? 0) };
  } catch (error) {
    throw discreet(error);
  }
}
