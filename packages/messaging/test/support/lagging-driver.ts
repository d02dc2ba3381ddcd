import type { Driver, DriverCollection, IndexPage, StoredRecord } from "@plinth/data";

/**
 * A driver whose indexes lag behind its records, each entry by itself, as those of DynamoDB do: a query
 * may miss what was written, and show what was removed. Reads by key are consistent.
 *
 * @param lags asked for each record of a query that has changed since the index last caught up with it
 */
export function laggingDriver(driver: Driver, lags: () => boolean): Driver {
  const originals = new Map<DriverCollection, DriverCollection>();
  const transact = driver.transact?.bind(driver);
  return {
    name: driver.name,
    capabilities: { ...driver.capabilities, consistentQueries: false },
    collection: (definition) => {
      const collection = driver.collection(definition);
      const lagging = withLaggingIndexes(collection, lags);
      originals.set(lagging, collection);
      return lagging;
    },
    ...(transact && {
      transact: (actions, options) =>
        transact(
          actions.map(({ collection, action }) => ({
            collection: originals.get(collection) ?? collection,
            action,
          })),
          options,
        ),
    }),
    errorCode: (raw) => driver.errorCode(raw),
    close: () => driver.close(),
  };
}

function withLaggingIndexes(collection: DriverCollection, lags: () => boolean): DriverCollection {
  // What the index last showed of each record: the record, or that there was none.
  const shown = new Map<string, StoredRecord>();
  return {
    get: (keys, options) => collection.get(keys, options),
    write: (action, options) => collection.write(action, options),
    query: async (query, options): Promise<IndexPage> => {
      const actual = await collection.query?.({ ...query, limit: 1000 }, options);
      const present = new Map(actual?.records.map((record) => [record.key, record]));
      for (const [key, record] of present) {
        if (shown.get(key)?.revision !== record.revision && !lags()) shown.set(key, record);
      }
      const { index, partition } = query;
      for (const [key, record] of shown) {
        const isMeant = record.indexes[index]?.partition === partition;
        if (isMeant && !present.has(key) && isInside(record, query) && !lags()) shown.delete(key);
      }
      const records = [...shown.values()]
        .filter(
          (record) => record.indexes[index]?.partition === partition && isInside(record, query),
        )
        .toSorted((one, other) => compare(sortOf(one, index), sortOf(other, index)));
      return { records: records.slice(0, query.limit), more: records.length > query.limit };
    },
  };
}

function isInside(
  record: StoredRecord,
  query: Parameters<NonNullable<DriverCollection["query"]>>[0],
): boolean {
  const sort = sortOf(record, query.index);
  const { from, fromExclusive = false, to } = query;
  if (from !== undefined && (fromExclusive ? sort <= from : sort < from)) return false;
  return to === undefined || sort < to;
}

function sortOf(record: StoredRecord, index: string): string {
  return record.indexes[index]?.sort ?? "";
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
