import type { Database } from "../database/database.ts";
import { type ActionFactory, PreparedAction, type RepositoryAction } from "./action.ts";
import { actionFactory } from "./action-factory.ts";
import { readRecords } from "./call-driver.ts";
import type { IndexDeclarations, RepositoryDefinition } from "./definition.ts";
import type { Entry, ReadOptions, RevisionOptions, UpdateOptions } from "./entry.ts";
import { IndexReader } from "./index-reader.ts";
import { migrate, type MigrateOptions, type MigrationProgress } from "./migrate.ts";
import type { AnyQuery, EachOptions, IndexSelection, Page, PageOptions } from "./query.ts";
import type { RepositoryMethods } from "./repository-methods.ts";
import { RecordStore } from "./record-store.ts";
import { updateRecord } from "./update-record.ts";
import { applyAction } from "./write-record.ts";
import { writeMany } from "./write-many.ts";

/** Options of a repository. */
export interface RepositoryOptions {
  /** The table or collection. Default: the repository's name. */
  readonly collection?: string | undefined;
}

/** The common methods of all repositories. `Repository` makes its subclasses. */
export class StoredRepository<
  T extends object,
  Key,
  I extends IndexDeclarations<T>,
> implements RepositoryMethods<T, Key, I> {
  static {
    // For the messages of an app about missing bindings.
    Object.defineProperty(this, Symbol.for("plinth.binding"), {
      value: (name: string): string => `bindRepository(${name})`,
    });
  }

  readonly action: ActionFactory<T, Key>;
  readonly #store: RecordStore<T, Key>;
  readonly #index: IndexReader<T, Key>;

  constructor(
    definition: RepositoryDefinition,
    database: Database,
    options: RepositoryOptions = {},
  ) {
    this.#store = new RecordStore(definition, database, options.collection ?? definition.name);
    this.#index = new IndexReader(this.#store);
    this.action = actionFactory(this.#store);
  }

  open(): Promise<void> {
    return this.#store.open();
  }

  async get(key: Key, options?: ReadOptions): Promise<T | undefined> {
    const stored = await this.#store.read("get", this.#store.codec.key(key), options);
    return stored && this.#store.codec.decode(stored);
  }

  async getEntry(key: Key, options?: ReadOptions): Promise<Entry<T> | undefined> {
    const encodedKey = this.#store.codec.key(key);
    const stored = await this.#store.read("get", encodedKey, options);
    return stored && this.#store.entryOf(stored, stored.revision);
  }

  async getMany(keys: readonly Key[], options?: ReadOptions): Promise<(T | undefined)[]> {
    const store = this.#store;
    const encodedKeys = keys.map((key) => store.codec.key(key));
    store.opened.policy.lifetime.throwIfClosed(store.title);
    if (encodedKeys.length === 0) return [];
    const ready = store.ready();
    if (ready !== undefined) await ready;
    const what = `${store.title}, getMany of ${keys.length} keys`;
    const found = await readRecords(store.opened, what, encodedKeys, options);
    return found.map((stored) => {
      const alive = store.alive(stored);
      return alive && store.codec.decode(alive);
    });
  }

  create(record: T): Promise<Entry<T>> {
    return this.#apply(() => this.action.create(record));
  }

  put(record: T, options?: RevisionOptions): Promise<Entry<T>> {
    return this.#apply(() => this.action.put(record, options));
  }

  replace(record: T, options?: RevisionOptions): Promise<Entry<T>> {
    return this.#apply(() => this.action.replace(record, options));
  }

  async delete(key: Key, options?: RevisionOptions): Promise<void> {
    await this.#apply(() => this.action.delete(key, options));
  }

  update(
    key: Key,
    change: (current: T) => T | Promise<T>,
    options?: UpdateOptions,
  ): Promise<Entry<T>> {
    return updateRecord(this.#store, key, change, options);
  }

  query(query: IndexSelection<T, I> & PageOptions): Promise<Page<T>> {
    return this.#index.page(query as AnyQuery);
  }

  each(query: IndexSelection<T, I> & EachOptions): AsyncIterable<T> {
    const { pageSize, ...selection } = (query ?? {}) as AnyQuery & EachOptions;
    return this.#index.each({ ...selection, limit: pageSize });
  }

  count(query: IndexSelection<T, I>): Promise<number> {
    return this.#index.count(query as AnyQuery);
  }

  writeMany(
    actions: readonly RepositoryAction<Entry<T> | undefined>[],
  ): Promise<PromiseSettledResult<Entry<T> | undefined>[]> {
    return writeMany(this.#store, actions);
  }

  migrate(options?: MigrateOptions): Promise<MigrationProgress> {
    return migrate(this.#store, options);
  }

  #apply<R>(make: () => RepositoryAction<R>): Promise<R> {
    return applyAction(make as () => PreparedAction) as Promise<R>;
  }
}
