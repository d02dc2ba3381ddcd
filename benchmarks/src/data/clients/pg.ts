import { Pool } from "pg";
import { list, pageSize, table, type Connect, type Item } from "../record.ts";

/** The records as JSON in one table, by prepared statements. */
export const connect: Connect = async (endpoint) => {
  const pool = new Pool({ connectionString: endpoint, max: 10 });
  const name = `${table}_raw`;
  await pool.query(
    `CREATE TABLE IF NOT EXISTS ${name} (key text COLLATE "C" PRIMARY KEY, list text COLLATE "C", data jsonb NOT NULL)`,
  );
  await pool.query(`CREATE INDEX IF NOT EXISTS ${name}_list ON ${name} (list, key)`);
  return {
    put: (item) =>
      pool.query({
        name: "put",
        text: `INSERT INTO ${name} (key, list, data) VALUES ($1, $2, $3) ON CONFLICT (key) DO UPDATE SET list = $2, data = $3`,
        values: [item.itemId, item.list, JSON.stringify(item)],
      }),
    get: async (itemId) => {
      const { rows } = await pool.query<{ data: Item }>({
        name: "get",
        text: `SELECT data FROM ${name} WHERE key = $1`,
        values: [itemId],
      });
      return rows[0]?.data;
    },
    query: async () => {
      const { rows } = await pool.query<{ data: Item }>({
        name: "query",
        text: `SELECT data FROM ${name} WHERE list = $1 ORDER BY key LIMIT ${pageSize}`,
        values: [list],
      });
      return rows.map(({ data }) => data);
    },
  };
};
