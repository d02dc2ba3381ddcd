import { toServiceError } from "@plinth/core/errors";
import type { Database } from "../database/database.ts";
import { isExpired } from "../driver/condition-holds.ts";
import type { StoredRecord } from "../driver/stored-record.ts";
import { readRecord } from "./call-driver.ts";
import { callError } from "./call-error.ts";
import { Collections } from "./collections.ts";
import type { RepositoryDefinition } from "./definition.ts";
import type { Entry, ReadOptions } from "./entry.ts";
import type { OpenCollection } from "./open-collection.ts";
import { prepareCollection } from "./prepare-collection.ts";
import { RecordCodec } from "./record-codec.ts";
import { showKey } from "./record-key.ts";

/** The codec and the collection of one repository, which its operations share. */
export class RecordStore<T extends object, Key> {
  readonly definition: RepositoryDefinition;
  readonly codec: RecordCodec<T, Key>;
  readonly opened: OpenCollection;
  #prepared: Promise<void> | undefined;
  #isReady: boolean;

  constructor(definition: RepositoryDefinition, database: Database, collection: string) {
    this.definition = definition;
    this.codec = new RecordCodec(definition);
    this.opened = Collections.of(database).open(
      {
        name: collection,
        indexes: Object.keys(definition.indexes),
        expires: definition.expires !== undefined,
      },
      definition,
    );
    this.#isReady = !this.opened.ensureSchema;
  }

  /** Names the repository in logs: `Repository "things"`. */
  get title(): string {
    return `Repository "${this.definition.name}"`;
  }

  /** Creates or checks what the collection needs, once. */
  async open(): Promise<void> {
    this.opened.policy.lifetime.throwIfClosed(this.title);
    this.#prepared ??= prepareCollection(this.title, this.opened);
    try {
      await this.#prepared;
      this.#isReady = true;
    } catch (error) {
      // The next attempt tries again: the engine may be up by then.
      this.#prepared = undefined;
      throw error;
    }
  }

  /**
   * Creates the collection if the database has to. Rejects with `unavailable` once the database is closed.
   *
   * @returns `undefined` if there is nothing to wait for.
   */
  ready(): Promise<void> | undefined {
    const { isClosed } = this.opened.policy.lifetime;
    return this.#isReady && !isClosed ? undefined : this.#openForCall();
  }

  // The errors of `open` are for the operator, and name tables and addresses.
  async #openForCall(): Promise<void> {
    this.opened.policy.lifetime.throwIfClosed(this.title);
    try {
      await this.open();
    } catch (cause) {
      const { code } = toServiceError(cause);
      throw callError(code, this.title, "The database is not ready.", { cause });
    }
  }

  /** Reads one record; `undefined` if there is none or it has expired. */
  async read(
    operation: string,
    key: string,
    options?: ReadOptions,
  ): Promise<StoredRecord | undefined> {
    const ready = this.ready();
    if (ready !== undefined) await ready;
    const what = this.what(operation, key);
    return this.alive(await readRecord(this.opened, what, key, options));
  }

  /** The record, unless it has expired. */
  alive(stored: StoredRecord | undefined): StoredRecord | undefined {
    return stored === undefined || isExpired(stored, this.opened.policy.clock())
      ? undefined
      : stored;
  }

  /** The entry of a stored record, for callers. */
  entryOf(
    stored: Pick<StoredRecord, "key" | "data" | "schemaVersion">,
    revision: string,
  ): Entry<T> {
    return { record: this.codec.decode(stored), revision };
  }

  /** Names a call in logs: `Repository "things", get "a"`. */
  what(operation: string, key: string): string {
    return `${this.title}, ${operation} ${showKey(key)}`;
  }
}
