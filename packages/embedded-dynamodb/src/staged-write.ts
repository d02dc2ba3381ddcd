import type { EmbeddedDatabase } from "./embedded-database.ts";
import type {
  AttributeMap,
  BatchOperation,
  KeyedDatabase,
  Store,
  Wire,
} from "./dynalite-modules.ts";
import { checkItem } from "./check-item.ts";

/** What a write would do: its answer, and the changes of the item and of its index entries. */
export interface StagedWrite {
  readonly result: Wire;
  readonly operations: readonly BatchOperation[];
}

/**
 * Runs one of dynalite's write actions without changing anything: it reads the real store, while
 * its writes are collected. One `batch` of the operations of one or many staged writes is then
 * atomic for readers, and on disk even when the process is killed.
 *
 * Call it inside `exclusively`, up to the batch.
 */
export async function stageWrite(
  database: EmbeddedDatabase,
  operation: string,
  data: Wire,
): Promise<StagedWrite> {
  const operations: BatchOperation[] = [];
  const items: { table: string; item: AttributeMap }[] = [];
  const { store } = database;
  const recordingStore: Store = {
    ...store,
    getItemDb: (table) => {
      const keyed = recording(store.getItemDb(table), `item-${table}~`, operations);
      return {
        ...keyed,
        put: (key, value, callback) => {
          items.push({ table, item: value as AttributeMap });
          keyed.put(key, value, callback);
        },
      };
    },
    getIndexDb: (type, table, index) =>
      recording(
        store.getIndexDb(type, table, index),
        `index-${type.toLowerCase()}~${table}~${index}~`,
        operations,
      ),
  };
  const result = await database.act(operation, data, recordingStore);
  for (const { table, item } of items) checkItem(database, await database.table(table), item);
  return { result, operations };
}

function recording(
  real: KeyedDatabase,
  prefix: string,
  operations: BatchOperation[],
): KeyedDatabase {
  return {
    get: (key, callback) => real.get(key, callback),
    put: (key, value, callback) => {
      operations.push({ type: "put", key: prefix + key, value });
      callback(null);
    },
    del: (key, callback) => {
      operations.push({ type: "del", key: prefix + key });
      callback(null);
    },
    // The write mutex is held already.
    lock: (_key, body) => body((callback) => callback),
  };
}
