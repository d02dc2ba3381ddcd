import { Database, Repository, type Driver } from "@plinth/data";
import { Item, list, pageSize, table, type DataClient } from "../record.ts";

export class ItemRepository extends Repository({
  name: "items",
  schema: Item,
  key: ["itemId"],
  indexes: { byList: { partition: "list", sort: "itemId" } },
}) {}

/** A repository over one of Plinth's drivers. */
export async function connectPlinth(driver: Driver): Promise<DataClient> {
  const database = new Database(driver, { ensureSchema: true });
  const items = new ItemRepository(database, { collection: `${table}_plinth` });
  return {
    put: (item) => items.put(item),
    get: (itemId) => items.get({ itemId }),
    query: async () => {
      const page = await items.query({ index: "byList", partition: list, limit: pageSize });
      return page.records;
    },
  };
}
