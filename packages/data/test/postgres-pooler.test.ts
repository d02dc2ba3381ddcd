import { randomUUID } from "node:crypto";
import { Database, Repository } from "@plinth/data";
import { postgresDriver, type PostgresOptions } from "@plinth/data/postgres";
import { describeWithEngine } from "@plinth/testing";
import type { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { noPooler, PgBouncer } from "./support/pgbouncer.ts";
import { dropSchema, onServer } from "./support/postgres.ts";

class CounterRepository extends Repository({
  name: "counters",
  schema: z.object({ counterId: z.string(), count: z.number() }),
  key: ["counterId"],
}) {}

describeWithEngine("postgres", "behind a pooler", (url) => {
  describe.skipIf(noPooler !== "")(`in transaction mode${noPooler}`, () => {
    const schema = `pooled ${randomUUID()}`;
    const databases: Database[] = [];
    let bouncer: PgBouncer;
    beforeAll(async () => {
      bouncer = await PgBouncer.start(url, 2);
      await postgresDriver({ url, schema })
        .collection({ name: "counters", indexes: [], expires: false })
        .ensureSchema?.({});
    });
    afterAll(async () => {
      await bouncer[Symbol.asyncDispose]();
      await dropSchema(url, schema);
    });
    afterEach(async () => {
      await Promise.all(databases.splice(0).map((database) => database.close()));
    });

    function counters(options: PostgresOptions, attempts = 6): CounterRepository {
      const driver = postgresDriver({
        url: bouncer.url,
        schema,
        preparedStatements: false,
        ...options,
      });
      const database = new Database(driver, { attempts });
      databases.push(database);
      return new CounterRepository(database);
    }

    /** What a server's connection tells each of the pooler's clients about its session. */
    async function sessionsOf(client: Client): Promise<unknown[]> {
      const { rows } = await client.query(
        "select name, setting, source from pg_settings where source = 'session' and name <> 'application_name' and name <> 'client_encoding' order by name",
      );
      return rows;
    }

    test("nothing of a session is left to the next client", async () => {
      const stored = counters({ timeout: 7_777 });
      await stored.open();
      const ids = Array.from({ length: 20 }, () => randomUUID());
      await Promise.all(ids.map((counterId) => stored.put({ counterId, count: 1 })));
      const [database] = databases;
      await database?.transact(ids.map((counterId) => stored.action.put({ counterId, count: 2 })));
      expect(await stored.getMany(ids)).toEqual(ids.map((counterId) => ({ counterId, count: 2 })));
      await onServer(bouncer.url, async (client) => {
        for (let look = 0; look < 10; look += 1) {
          expect(await sessionsOf(client)).toEqual([]);
          const { rows } = await client.query(
            "select current_setting('statement_timeout') as time",
          );
          expect(rows[0]).not.toEqual({ time: "7777ms" });
          expect((await client.query("select 1 from pg_prepared_statements")).rows).toEqual([]);
        }
      });
    });

    test.each(["a write", "a transaction"])(
      "%s that takes too long is ended by the server",
      async (kind) => {
        const hasty = counters({ timeout: 300 }, 1);
        const counterId = randomUUID();
        await counters({}).create({ counterId, count: 0 });
        await onServer(url, async (blocker) => {
          await blocker.query("begin");
          await blocker.query(`select 1 from "${schema}".counters where key = $1 for update`, [
            counterId,
          ]);
          const count = 1;
          const writing =
            kind === "a write"
              ? hasty.put({ counterId, count })
              : databases[0]?.transact([hasty.action.put({ counterId, count })]);
          await expect(writing).rejects.toMatchObject({ code: "unavailable" });
          // Within the blocker's transaction it would look at the first answer again and again.
          await onServer(url, (observer) =>
            vi.waitFor(
              async () => {
                const { rows } = await observer.query(
                  "select query from pg_stat_activity where wait_event_type = 'Lock' and query like $1",
                  [`%${schema}%`],
                );
                expect(rows).toEqual([]);
              },
              { timeout: 30_000 },
            ),
          );
          await blocker.query("commit");
        });
        expect(await counters({}).get(counterId)).toEqual({ counterId, count: 0 });
      },
    );

    test("prepared statements are either followed, or the error says what to set", async () => {
      const stored = counters({ preparedStatements: true });
      const all = Array.from({ length: 50 }, () =>
        stored.put({ counterId: randomUUID(), count: 1 }),
      );
      const outcomes = await Promise.allSettled(all);
      const faults = outcomes.flatMap((outcome) =>
        outcome.status === "rejected" ? [outcome.reason as Error] : [],
      );
      for (const { message } of faults) expect(message).toContain("preparedStatements: false");
      // A PgBouncer of 1.21 or later can follow them, and is not told to here.
      expect(faults.length).toBeGreaterThan(0);
    });
  });
});
