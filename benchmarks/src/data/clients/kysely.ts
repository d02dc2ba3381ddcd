import { Kysely, PostgresDialect, sql } from "kysely";
import { Pool } from "pg";
import { list, pageSize, table, type Connect, type Item } from "../record.ts";

interface Tables {
  benchmark_items_kysely: { key: string; list: string; data: Item };
}

const name = `${table}_kysely` as "benchmark_items_kysely";

/** Kysely over the same pool, with the records as JSON in one table. */
export const connect: Connect = async (endpoint) => {
  const database = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: new Pool({ connectionString: endpoint, max: 10 }) }),
  });
  await sql
    .raw(
      `CREATE TABLE IF NOT EXISTS ${name} (key text COLLATE "C" PRIMARY KEY, list text COLLATE "C", data jsonb NOT NULL)`,
    )
    .execute(database);
  await sql.raw(`CREATE INDEX IF NOT EXISTS ${name}_list ON ${name} (list, key)`).execute(database);
  return {
    put: (item) => {
      const data = JSON.stringify(item) as unknown as Item;
      return database
        .insertInto(name)
        .values({ key: item.itemId, list: item.list, data })
        .onConflict((conflict) => conflict.column("key").doUpdateSet({ list: item.list, data }))
        .execute();
    },
    get: async (itemId) => {
      const row = await database
        .selectFrom(name)
        .select("data")
        .where("key", "=", itemId)
        .executeTakeFirst();
      return row?.data;
    },
    query: async () => {
      const rows = await database
        .selectFrom(name)
        .select("data")
        .where("list", "=", list)
        .orderBy("key")
        .limit(pageSize)
        .execute();
      return rows.map(({ data }) => data);
    },
  };
};
