import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { orderByBytes } from "./order-by-bytes.ts";

/** A JSON object as it goes over the wire. */
export type Wire = Record<string, unknown>;
/** One attribute in wire form: `{ S: "text" }`, `{ N: "1" }`. */
export type AttributeValue = Record<string, unknown>;
export type AttributeMap = Record<string, AttributeValue>;

export type Callback<T> = (error: Error | null | undefined, value?: T) => void;
/** Changes something with a callback at its end into the same with its lock released first. */
export type Release = <T>(callback: Callback<T>) => Callback<T>;

export interface KeyedDatabase {
  get(key: string, callback: Callback<AttributeMap>): void;
  put(key: string, value: unknown, callback: Callback<void>): void;
  del(key: string, callback: Callback<void>): void;
  lock(key: string, body: (release: Release) => void): void;
}

export type BatchOperation =
  | { readonly type: "put"; readonly key: string; readonly value: unknown }
  | { readonly type: "del"; readonly key: string };

export interface Range {
  readonly gte?: string;
  readonly lt?: string;
}

/** The level database under everything. Without a callback its methods return promises. */
export interface LevelDatabase {
  open(): Promise<void>;
  close(): Promise<void>;
  get(key: string): Promise<unknown>;
  put(key: string, value: unknown): Promise<void>;
  del(key: string): Promise<void>;
  batch(operations: readonly BatchOperation[]): Promise<void>;
  keys(range?: Range): AsyncIterable<string>;
  values(range?: Range): AsyncIterable<unknown>;
  iterator(range: Range): AsyncIterable<[string, unknown]>;
  createKeyStream(range?: Range): NodeJS.ReadableStream;
  createValueStream(range?: Range): NodeJS.ReadableStream;
}

export interface IndexDescription {
  readonly IndexName: string;
}

export interface Table {
  readonly TableName: string;
  readonly TableStatus: string;
  readonly KeySchema: readonly { readonly AttributeName: string }[];
  readonly GlobalSecondaryIndexes?: readonly (IndexDescription & {
    readonly IndexStatus?: string;
  })[];
}

export interface Store {
  readonly options: { readonly maxItemSize: number };
  readonly db: LevelDatabase;
  readonly tableDb: KeyedDatabase;
  getItemDb(table: string): KeyedDatabase;
  getIndexDb(type: string, table: string, index: string): KeyedDatabase;
  getTable(name: string, checkStatus: boolean, callback: Callback<Table>): void;
}

export interface StoreOptions {
  readonly path?: string;
  readonly createTableMs: number;
  readonly deleteTableMs: number;
  readonly updateTableMs: number;
}

export type Action = (store: Store, data: Wire, callback: Callback<Wire>) => void;
/** dynalite's description of a request's fields. */
export type FieldTypes = Record<string, unknown>;
export type CustomCheck = (data: Wire, store: Store) => string | undefined;

export interface Validation {
  readonly types: FieldTypes;
  readonly custom?: CustomCheck;
}

type VisitKey = (attribute: string, type: string, isHash: boolean) => unknown;
type VisitIndexKey = (attribute: string, type: string, index: IndexDescription) => unknown;

/** The functions of `dynalite/db` that we use; those named `validate…` return the fault. */
export interface DatabaseModule {
  create(options: StoreOptions): Store;
  validateKey(key: unknown, table: Table): Error | null | undefined;
  createKey(item: unknown, table: Table): string;
  checkConditional(data: Wire, item: AttributeMap | undefined): Error | null | undefined;
  validationError(message: string): Error;
  itemSize(item: AttributeMap): number;
  addConsumedCapacity(data: Wire, isRead: boolean, item?: AttributeMap): Wire | undefined;
  traverseKey(table: Table, visit: VisitKey): unknown;
  traverseIndexes(table: Table, visit: VisitIndexKey): unknown;
}

export interface ValidationsModule {
  checkTypes(data: Wire, types: FieldTypes): Wire;
  checkValidations(
    data: Wire,
    types: FieldTypes,
    custom: CustomCheck | undefined,
    store: Store,
  ): void;
}

/** dynalite's inner modules, typed. */
export interface Dynalite {
  readonly db: DatabaseModule;
  readonly validations: ValidationsModule;
  /** Both take the name of the operation as the API spells it: `PutItem`. */
  action(operation: string): Action;
  validation(operation: string): Validation;
}

/**
 * Loads dynalite's inner modules, as a copy that only this package has: one of them is corrected, and
 * another user of dynalite in the same process must not see that.
 */
export function loadDynalite(): Dynalite {
  const load = createRequire(import.meta.url);
  const folder = dirname(load.resolve("dynalite/package.json"));
  const restore = hideModules(load.cache, folder);
  try {
    const db = load("dynalite/db") as DatabaseModule;
    orderByBytes(db as object);
    // Now, while the modules that they import are the copy's.
    const actions = loadFolder<Action>(load, join(folder, "actions"));
    const validations = loadFolder<Validation>(load, join(folder, "validations"));
    return {
      db,
      validations: load("dynalite/validations") as ValidationsModule,
      action: (operation) => actions[fileOf(operation)] as Action,
      validation: (operation) => validations[fileOf(operation)] as Validation,
    };
  } finally {
    restore();
  }
}

type ModuleCache = NodeJS.Require["cache"];

/** Takes the modules of a folder out of the cache; afterwards, those loaded since go, and these come back. */
function hideModules(cache: ModuleCache, folder: string): () => void {
  const take = (): [string, NodeJS.Module | undefined][] => {
    const files = Object.keys(cache).filter((file) => file.startsWith(folder + sep));
    return files.map((file) => {
      const found = cache[file];
      delete cache[file];
      return [file, found];
    });
  };
  const hidden = take();
  return () => {
    take();
    for (const [file, module] of hidden) cache[file] = module;
  };
}

function loadFolder<M>(load: NodeJS.Require, folder: string): Readonly<Record<string, M>> {
  const names = readdirSync(folder).filter((file) => file.endsWith(".js") && file !== "index.js");
  return Object.fromEntries(
    names.map((file) => [file.slice(0, -".js".length), load(join(folder, file)) as M]),
  );
}

function fileOf(operation: string): string {
  return operation.charAt(0).toLowerCase() + operation.slice(1);
}
