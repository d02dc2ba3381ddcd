import { toServiceError } from "@plinth/core/errors";
import type { Database, OpenCollection } from "../database/database.ts";
import type { StoredRecord } from "../driver/stored-record.ts";
import { callError } from "./call-error.ts";
import type { RepositoryDefinition } from "./definition.ts";
import { prepareCollection, readRecord } from "./driver-call.ts";
import type { Entry, ReadOptions } from "./entry.ts";
import { isExpired } from "./expiry.ts";
import { RecordCodec } from "./record-codec.ts";
import { showKey } from "./record-key.ts";

/** What the operations of one repository share: its codec, and the collection it works on. */
export class RecordStore<T extends object, Key> {
  readonly definition: RepositoryDefinition;
  readonly codec: RecordCodec<T, Key>;
  readonly opened: OpenCollection;
  #prepared: Promise<void> | undefined;
  #isReady: boolean;

  constructor(definition: RepositoryDefinition, database: Database, collection: string) {
    this.definition = definition;
    this.codec = new RecordCodec(definition);
    this.opened = database.collection(
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
      // The next attempt looks again: the engine may be up by then.
      this.#prepared = undefined;
      throw error;
    }
  }

  /**
   * Makes sure that the collection can be used, where the database is to create it. Rejects with
   * `unavailable` once the database is closed.
   *
   * @returns `undefined` where there is nothing to wait for
   */
  ready(): Promise<void> | undefined {
    const { isClosed } = this.opened.policy.lifetime;
    return this.#isReady && !isClosed ? undefined : this.#openForCall();
  }

  // What `open` says is for the operator, and names tables and addresses.
  async #openForCall(): Promise<void> {
    this.opened.policy.lifetime.throwIfClosed(this.title);
    try {
      await this.open();
    } catch (cause) {
      const { code } = toServiceError(cause);
      throw callError(code, this.title, "The database is not ready.", { cause });
    }
  }

  /** Reads one record; `undefined` when there is none or it has expired. */
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

  /** What a caller gets of a stored record. */
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
