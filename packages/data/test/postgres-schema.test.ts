import { randomUUID } from "node:crypto";
import { Database, type Driver, Repository } from "@plinth/data";
import { pgliteDriver, postgresDriver, postgresSql } from "@plinth/data/postgres";
import { describeWithEngine } from "@plinth/testing";
import { Client } from "pg";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { dropSchema, onServer, slowStart } from "./support/postgres.ts";

class ThingRepository extends Repository({
  name: "things",
  schema: z.object({ thingId: z.string(), name: z.string(), createdAt: z.number() }),
  key: ["thingId"],
  indexes: { byName: { partition: "name", sort: "createdAt" }, byCreatedAt: { sort: "createdAt" } },
}) {}

const definition = { name: "things", indexes: ["byName", "byCreatedAt"], expires: false };

test("the SQL is the same for the same declarations", () => {
  expect(postgresSql([ThingRepository])).toBe(postgresSql([ThingRepository]));
  expect(postgresSql([{ repository: ThingRepository, collection: "other" }])).toContain(
    'create table if not exists "public"."other"',
  );
  expect(() => postgresSql([ThingRepository, ThingRepository])).toThrow(/things/);
});

describe("names with quotes in them", () => {
  test("are quoted", () => {
    expect(postgresSql([ThingRepository], { schema: 'a"b' })).toContain('"a""b"."things"');
    expect(postgresSql([ThingRepository], { schema: "a'b" })).toContain("'a''b'");
  });
});

describeWithEngine("postgres", "schema", (url) => {
  let schema: string;
  const drivers: Driver[] = [];
  const driver = (): Driver => {
    const made = postgresDriver({ url, schema, poolSize: 2 });
    drivers.push(made);
    return made;
  };
  beforeEach(() => {
    schema = `schema ${randomUUID()}`;
  });
  afterEach(async () => {
    await Promise.all(drivers.splice(0).map((made) => made.close()));
    await dropSchema(url, schema);
  });

  /** All that the server knows about the tables, ids included: what is created again has a new id. */
  async function snapshot(): Promise<unknown> {
    return onServer(url, async (client) => {
      const { rows } = await client.query(
        `select c.oid, c.relname, c.relfilenode, c.relkind, a.attname, a.attnum, a.atttypid, a.attcollation, pg_get_indexdef(c.oid)
         from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_attribute a on a.attrelid = c.oid
         where n.nspname = $1 order by c.relname, a.attnum`,
        [schema],
      );
      expect(rows.length).toBeGreaterThan(20);
      return rows;
    });
  }

  const apply = (sql: string): Promise<unknown> => onServer(url, (client) => client.query(sql));

  /** Gives the address for a user who may read and write, but create nothing. */
  async function withRole(body: (address: string) => Promise<void>): Promise<void> {
    const role = `reader_${randomUUID().replaceAll("-", "")}`;
    await apply(
      `create role ${role} login password 'x'; grant usage on schema "${schema}" to ${role}; grant select, insert, update, delete on all tables in schema "${schema}" to ${role}`,
    );
    try {
      const address = new URL(url);
      address.username = role;
      address.password = "x";
      await body(address.href);
    } finally {
      await apply(`drop owned by ${role}; drop role ${role}`);
    }
  }

  test("the SQL makes an empty database ready, and changes nothing when applied again", async () => {
    const sql = postgresSql([ThingRepository], { schema });
    await apply(sql);
    const things = new ThingRepository(new Database(driver()));
    await things.open();
    const thing = { thingId: "a", name: "A", createdAt: 1 };
    await things.create(thing);
    const before = await snapshot();
    await apply(sql);
    await new ThingRepository(new Database(driver(), { ensureSchema: true })).open();
    expect(await snapshot()).toEqual(before);
    expect(await things.get("a")).toEqual(thing);
  });

  test("the SQL and ensureSchema make the same tables", async () => {
    const ofSchema = async (): Promise<unknown> =>
      onServer(url, async (client) => {
        const columns = await client.query(
          `select table_name, column_name, data_type, collation_name, is_nullable from information_schema.columns where table_schema = $1 order by 1, 2`,
          [schema],
        );
        const indexes = await client.query(
          `select tablename, indexname, indexdef from pg_indexes where schemaname = $1 order by 1, 2`,
          [schema],
        );
        return [columns.rows, indexes.rows];
      });
    await apply(postgresSql([ThingRepository], { schema }));
    const bySql = await ofSchema();
    await dropSchema(url, schema);
    await driver().collection(definition).ensureSchema?.({});
    expect(await ofSchema()).toEqual(bySql);
  });

  test("eight callers at a time are no error", async () => {
    await Promise.all(
      Array.from({ length: 8 }, async () => driver().collection(definition).ensureSchema?.({})),
    );
    expect(await driver().collection(definition).checkSchema?.({})).toEqual([]);
  });

  test("an index that is declared later is added", async () => {
    await driver()
      .collection({ ...definition, indexes: ["byName"] })
      .ensureSchema?.({});
    const collection = driver().collection(definition);
    expect(await collection.checkSchema?.({})).toHaveLength(3);
    await collection.ensureSchema?.({});
    expect(await collection.checkSchema?.({})).toEqual([]);
  });

  describe("the check names", () => {
    const check = async (change: string): Promise<string> => {
      const collection = driver().collection(definition);
      await collection.ensureSchema?.({});
      await onServer(url, async (client) => {
        await client.query(`set search_path = "${schema}"`);
        await client.query(change);
      });
      const missing = (await collection.checkSchema?.({})) ?? [];
      return missing.join(" ");
    };

    test.each([
      ["a missing table", `drop table things`, /^The table ".*"\."things" does not exist\.$/],
      [
        "the missing table of tokens",
        `drop table "plinth:transactions"`,
        /^The table ".*"\."plinth:transactions" does not exist\.$/,
      ],
      [
        "a missing column",
        `alter table things drop column "byName_sort"`,
        /^The column "byName_sort" of the table ".*" does not exist\. The index "things:index:byName"/,
      ],
      [
        "a column of another type",
        `alter table things alter expires_at type text`,
        /^The column "expires_at" of the table .* is text, not bigint\.$/,
      ],
      [
        "a column that is ordered by a language",
        `alter table things alter "byName_sort" type text collate "default"`,
        /^The column "byName_sort" of the table .* has the collation "default", not "C"\.$/,
      ],
      [
        "a missing index",
        `drop index "things:index:byCreatedAt"`,
        /^The index "things:index:byCreatedAt" of the table .* does not exist\.$/,
      ],
    ])("%s", async (_name, change, expected) => {
      expect(await check(change)).toMatch(expected);
    });
  });

  test("what cannot be completed is refused, naming it", async () => {
    await apply(`create schema "${schema}"; create table "${schema}".things (key integer)`);
    const ensuring = driver().collection(definition).ensureSchema?.({});
    await expect(ensuring).rejects.toMatchObject({
      code: "failed_precondition",
      message: expect.stringMatching(
        /column "key" .* is integer, not text.*The server says: .*expires_at/,
      ),
      [Symbol.for("plinth.presentable")]: true,
    });
  });

  test("who may not create is told what is missing", async () => {
    await apply(`create schema "${schema}"`);
    await withRole(async (address) => {
      const limited = postgresDriver({ url: address, schema });
      drivers.push(limited);
      await expect(limited.collection(definition).ensureSchema?.({})).rejects.toMatchObject({
        code: "failed_precondition",
        message: expect.stringMatching(/"things" does not exist.*permission denied/),
      });
    });
  });

  test("where all is there, no right to create is needed", async () => {
    await driver().collection(definition).ensureSchema?.({});
    await withRole(async (address) => {
      const limited = postgresDriver({ url: address, schema });
      drivers.push(limited);
      const things = new ThingRepository(new Database(limited, { ensureSchema: true }));
      await things.create({ thingId: "a", name: "A", createdAt: 1 });
      expect(await limited.collection(definition).checkSchema?.({})).toEqual([]);
    });
  });

  test("long names stay apart", async () => {
    const long = "x".repeat(250);
    const names = [`${long}a`, `${long}b`];
    const collections = names.map((name) =>
      driver().collection({
        name,
        indexes: [`${"i".repeat(60)}1`, `${"i".repeat(60)}2`],
        expires: true,
      }),
    );
    for (const collection of collections) {
      await collection.ensureSchema?.({});
      expect(await collection.checkSchema?.({})).toEqual([]);
    }
    const condition = { kind: "absent", now: 0 } as const;
    for (const [n, collection] of collections.entries()) {
      const record = { key: "k", revision: `${n}`, schemaVersion: 1, data: { n }, indexes: {} };
      expect(await collection.write({ kind: "set", record, condition }, {})).toBe("applied");
    }
    expect((await collections[0]?.get(["k"], {}))?.[0]?.data).toEqual({ n: 0 });
  });

  test("entries of the greatest length fit into an index", async () => {
    const collection = driver().collection(definition);
    await collection.ensureSchema?.({});
    // Text that cannot be compressed: an index refuses what takes too much of its page.
    const noise = (length: number): string =>
      Array.from({ length }, () => String.fromCharCode(33 + Math.floor(Math.random() * 94))).join(
        "",
      );
    const entry = { partition: noise(1500), sort: noise(1024) };
    const record = {
      key: noise(1024),
      revision: "r",
      schemaVersion: 1,
      data: {},
      indexes: { byName: entry, byCreatedAt: entry },
    };
    const condition = { kind: "none" } as const;
    expect(await collection.write({ kind: "set", record, condition }, {})).toBe("applied");
    const { partition } = entry;
    const page = await collection.query?.(
      { index: "byName", partition, order: "ascending", limit: 1 },
      {},
    );
    expect(page).toEqual({ records: [record], more: false });
  });

  test("a query uses the index on tables of any size", async () => {
    const collection = driver().collection(definition);
    await collection.ensureSchema?.({});
    const plan = await onServer(url, async (client: Client) => {
      await client.query(`set search_path = "${schema}"`);
      await client.query(
        `insert into things (key, revision, schema_version, data, "byName_partition", "byName_sort")
         select n::text, 'r', 1, '{}', 'p' || n % 3, lpad(n::text, 9, '0') from generate_series(1, 20000) n; analyze things`,
      );
      const { rows } = await client.query<{ "QUERY PLAN": string }>(
        `explain select * from things where "byName_partition" = 'p1' and "byName_sort" >= '000' order by "byName_sort" desc limit 11`,
      );
      return rows.map((row) => row["QUERY PLAN"]).join("\n");
    });
    expect(plan).toMatch(/Index Scan Backward using "things:index:byName"/);
    expect(plan).not.toMatch(/Sort/);
  });
});

describe("PGlite", () => {
  const driver = pgliteDriver({ schema: "own schema" });
  afterAll(() => driver.close());

  test("creates what is missing, by many callers at a time", { timeout: slowStart }, async () => {
    const collection = driver.collection(definition);
    expect(await collection.checkSchema?.({})).toHaveLength(2);
    await Promise.all([1, 2, 3].map(async () => collection.ensureSchema?.({})));
    expect(await collection.checkSchema?.({})).toEqual([]);
  });
});
