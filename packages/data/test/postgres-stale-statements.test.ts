import { randomUUID } from "node:crypto";
import { Database, Repository } from "@plinth/data";
import { postgresDriver } from "@plinth/data/postgres";
import { describeWithEngine } from "@plinth/testing";
import { Pool, type PoolClient } from "pg";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { dropSchema, onServer } from "./support/postgres.ts";

class CounterRepository extends Repository({
  name: "counters",
  schema: z.object({ counterId: z.string(), count: z.number(), shelf: z.string() }),
  key: ["counterId"],
  indexes: { byShelf: { partition: "shelf", sort: "count" } },
}) {}

describeWithEngine("postgres", "prepared statements that are of no use any more", (url) => {
  const schema = `stale ${randomUUID()}`;
  const databases: Database[] = [];
  const pools: Pool[] = [];
  afterEach(async () => {
    await Promise.all(databases.splice(0).map((database) => database.close()));
    await Promise.all(pools.splice(0).map((pool) => pool.end()));
  });
  afterAll(() => dropSchema(url, schema));

  /** Twelve connections, each with every statement prepared. More than a call has attempts. */
  async function prepared(pool?: Pool) {
    const driver = postgresDriver(
      pool === undefined ? { url, schema, poolSize: 12 } : { pool, schema },
    );
    const database = new Database(driver, { ensureSchema: true, attempts: 2 });
    databases.push(database);
    const collection = `counters-${randomUUID()}`;
    const counters = new CounterRepository(database, { collection });
    const shelf = "s";
    const counter = { counterId: "a", count: 1, shelf };
    await counters.put(counter);
    const calls = {
      get: async () => expect(await counters.get("a", { coalesce: false })).toEqual(counter),
      put: async () => expect((await counters.put(counter)).record).toEqual(counter),
      query: async () =>
        expect((await counters.query({ index: "byShelf", partition: shelf })).records).toEqual([
          counter,
        ]),
      count: async () =>
        expect(await counters.count({ index: "byShelf", partition: shelf })).toBe(1),
      transact: async () => void (await database.transact([counters.action.put(counter)])),
    };
    for (const call of Object.values(calls)) {
      await Promise.all(Array.from({ length: 60 }, call));
    }
    return { calls, collection };
  }

  const changes: Record<string, (table: string) => string> = {
    "a column of another type": (table) =>
      `alter table ${table} alter column schema_version type bigint`,
    "a column that was dropped and added": (table) =>
      `alter table ${table} drop column "byShelf_sort"; alter table ${table} add column "byShelf_sort" text collate "C"; update ${table} set "byShelf_sort" = 'x'`,
  };

  describe.each(Object.keys(changes))("%s", (change) => {
    test.each(["get", "put", "query", "count", "transact"] as const)(
      "%s succeeds",
      async (name) => {
        const { calls, collection } = await prepared();
        const table = `"${schema}"."${collection}"`;
        await onServer(url, (client) => client.query(changes[change]?.(table) as string));
        await calls[name]();
        for (const call of Object.values(calls))
          await Promise.all(Array.from({ length: 30 }, call));
      },
    );
  });

  test("statements that every connection has lost are prepared again", async () => {
    const clients = new Set<PoolClient>();
    const pool = new Pool({ connectionString: url, max: 12 });
    pools.push(pool);
    pool.on("connect", (client) => clients.add(client));
    pool.on("remove", (client) => clients.delete(client));
    const { calls } = await prepared(pool);
    expect(clients.size).toBe(12);
    for (const call of Object.values(calls)) {
      // One that was given up meanwhile answers no more.
      await Promise.allSettled([...clients].map((client) => client.query("deallocate all")));
      await call();
    }
  });
});
