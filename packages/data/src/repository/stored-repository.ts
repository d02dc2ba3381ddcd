import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import {
  AbortedError,
  AlreadyExistsError,
  InternalError,
  InvalidArgumentError,
  isServiceError,
  NotFoundError,
} from "@plinth/core/errors";
import type { Database, OpenCollection } from "../database/database.ts";
import type { StoredRecord } from "../driver/stored-record.ts";
import type { WriteAction, WriteCondition } from "../driver/write-action.ts";
import { backOff } from "./back-off.ts";
import { withinContext } from "./call-limits.ts";
import { callDriver, prepareCollection } from "./driver-call.ts";
import type { RepositoryDefinition } from "./definition.ts";
import type { Entry, RepositoryMethods, RevisionOptions, UpdateOptions } from "./entry.ts";
import { type EncodedRecord, RecordCodec } from "./record-codec.ts";
import { showKey } from "./record-key.ts";

/** Options of a repository. */
export interface RepositoryOptions {
  /** The table or collection. Default: the repository's name. */
  readonly collection?: string | undefined;
}

const defaultAttempts = 30;
const schemaVersion = 1;

/** The work that is the same for all repositories. Made through `Repository`. */
export class StoredRepository<T extends object, Key> implements RepositoryMethods<T, Key> {
  readonly #name: string;
  readonly #codec: RecordCodec<T, Key>;
  readonly #opened: OpenCollection;
  #ready: Promise<void> | undefined;

  constructor(
    definition: RepositoryDefinition,
    database: Database,
    options: RepositoryOptions = {},
  ) {
    this.#name = definition.name;
    this.#codec = new RecordCodec(definition);
    this.#opened = database.collection(
      { name: options.collection ?? definition.name, indexes: definition.indexes },
      definition,
    );
  }

  async open(): Promise<void> {
    this.#ready ??= prepareCollection(`Repository "${this.#name}"`, this.#opened);
    try {
      await this.#ready;
    } catch (error) {
      // The next attempt looks again: the engine may be up by then.
      this.#ready = undefined;
      throw error;
    }
  }

  async get(key: Key): Promise<T | undefined> {
    return (await this.getEntry(key))?.record;
  }

  async getEntry(key: Key): Promise<Entry<T> | undefined> {
    const stored = await this.#read("get", this.#codec.key(key));
    return stored && { record: this.#codec.decode(stored), revision: stored.revision };
  }

  async create(record: T): Promise<Entry<T>> {
    const encoded = this.#codec.encode(record);
    const entry = await this.#set("create", encoded, { kind: "absent" });
    if (entry !== undefined) return entry;
    throw new AlreadyExistsError(
      `${this.#what("create", encoded.key)}: the record exists already.`,
    );
  }

  async put(record: T, options: RevisionOptions = {}): Promise<Entry<T>> {
    const encoded = this.#codec.encode(record);
    const entry = await this.#set("put", encoded, conditionOf(options, "none"));
    if (entry !== undefined) return entry;
    throw this.#stale("put", encoded.key);
  }

  async replace(record: T, options: RevisionOptions = {}): Promise<Entry<T>> {
    const encoded = this.#codec.encode(record);
    const entry = await this.#set("replace", encoded, conditionOf(options, "present"));
    if (entry !== undefined) return entry;
    throw options.revision === undefined
      ? this.#missing("replace", encoded.key)
      : this.#stale("replace", encoded.key);
  }

  async delete(key: Key, options: RevisionOptions = {}): Promise<void> {
    const encodedKey = this.#codec.key(key);
    const condition = conditionOf(options, "none");
    const applied = await this.#write("delete", { kind: "remove", key: encodedKey, condition });
    if (!applied) throw this.#stale("delete", encodedKey);
  }

  async update(
    key: Key,
    change: (current: T) => T | Promise<T>,
    options: UpdateOptions = {},
  ): Promise<Entry<T>> {
    const attempts = options.attempts ?? defaultAttempts;
    const encodedKey = this.#codec.key(key);
    const what = this.#what("update", encodedKey);
    if (!Number.isInteger(attempts) || attempts < 1) {
      throw new InvalidArgumentError(`${what}: attempts must be a whole number of at least 1.`);
    }
    const { turns } = this.#opened;
    if (turns.isInside(encodedKey)) {
      throw new InternalError(
        `${what}: called by the change function of an update of the same record, which can never finish.`,
      );
    }
    return turns.take(
      encodedKey,
      (before) => withinContext(what, () => before),
      () => this.#updateInTurn(encodedKey, change, attempts),
    );
  }

  async #updateInTurn(
    key: string,
    change: (current: T) => T | Promise<T>,
    attempts: number,
  ): Promise<Entry<T>> {
    const what = this.#what("update", key);
    for (let attempt = 1; ; attempt += 1) {
      const entry = await this.#tryUpdate(key, change);
      if (entry !== undefined) return entry;
      if (attempt >= attempts) {
        throw new AbortedError(
          `${what}: another writer was faster in each of ${attempts} ${attempts === 1 ? "attempt" : "attempts"}.`,
        );
      }
      await withinContext(what, ({ signal }) =>
        delay(backOff(attempt, Math.random()), undefined, { signal }),
      );
    }
  }

  /** One round; `undefined` when somebody else wrote in between. */
  async #tryUpdate(
    key: string,
    change: (current: T) => T | Promise<T>,
  ): Promise<Entry<T> | undefined> {
    const stored = await this.#read("update", key);
    if (stored === undefined) throw this.#missing("update", key);
    const encoded = this.#codec.encode(await change(this.#codec.decode(stored)));
    if (encoded.key !== key) {
      throw new InvalidArgumentError(
        `${this.#what("update", key)}: the change must not alter the key, and made it ${showKey(encoded.key)}.`,
      );
    }
    const { revision, hint } = stored;
    try {
      return await this.#set("update", encoded, { kind: "revision", revision, hint });
    } catch (error) {
      // An engine that gives up a contended write says so by a code of its own: same thing.
      if (isServiceError(error, "aborted")) return undefined;
      throw error;
    }
  }

  async #read(operation: string, key: string): Promise<StoredRecord | undefined> {
    if (this.#opened.ensureSchema) await this.open();
    const [stored] = await callDriver(this.#opened, this.#what(operation, key), (options) =>
      this.#opened.collection.get([key], options),
    );
    return stored;
  }

  /** Stores a record under a fresh revision; `undefined` when the condition does not hold. */
  async #set(
    operation: string,
    { key, data }: EncodedRecord,
    condition: WriteCondition,
  ): Promise<Entry<T> | undefined> {
    const record: StoredRecord = { key, revision: randomUUID(), schemaVersion, data };
    const applied = await this.#write(operation, { kind: "set", record, condition });
    return applied ? { record: this.#codec.decode(record), revision: record.revision } : undefined;
  }

  async #write(operation: string, action: WriteAction): Promise<boolean> {
    if (this.#opened.ensureSchema) await this.open();
    const key = action.kind === "set" ? action.record.key : action.key;
    const outcome = await callDriver(this.#opened, this.#what(operation, key), (options) =>
      this.#opened.collection.write(action, options),
    );
    if (outcome !== "uncertain" || action.kind === "remove") return outcome === "applied";
    // Revisions are random: finding ours means that the write whose answer was lost did happen.
    return (await this.#read(operation, key))?.revision === action.record.revision;
  }

  #what(operation: string, key: string): string {
    return `Repository "${this.#name}", ${operation} ${showKey(key)}`;
  }

  #missing(operation: string, key: string): NotFoundError {
    return new NotFoundError(`${this.#what(operation, key)}: there is no such record.`);
  }

  #stale(operation: string, key: string): AbortedError {
    return new AbortedError(
      `${this.#what(operation, key)}: the record is not at the given revision any more; read it again.`,
    );
  }
}

function conditionOf(options: RevisionOptions, otherwise: "none" | "present"): WriteCondition {
  const { revision } = options;
  if (revision === undefined) return { kind: otherwise };
  // Revisions come from outside, as in a header. What no write can have stamped matches nothing, and
  // is not sent: some engines refuse the empty string, others NUL.
  return { kind: "revision", revision: /^[\w-]{1,64}$/.test(revision) ? revision : "unknown" };
}
