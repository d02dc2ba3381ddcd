import { randomUUID } from "node:crypto";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { inspect } from "node:util";
import { createContext, runWithContext } from "@plinth/core";
import { Database, Repository } from "@plinth/data";
import { postgresDriver, type PostgresOptions } from "@plinth/data/postgres";
import { describeWithEngine } from "@plinth/testing";
import { Pool } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { dropSchema, onServer } from "./support/postgres.ts";

class CounterRepository extends Repository({
  name: "counters",
  schema: z.object({ counterId: z.string(), count: z.number() }),
  key: ["counterId"],
}) {}

const databases: Database[] = [];
const servers: Server[] = [];
const sockets = new Set<Socket>();

function countersOn(options: PostgresOptions): CounterRepository {
  const database = new Database(postgresDriver(options), { ensureSchema: true });
  databases.push(database);
  return new CounterRepository(database);
}

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await Promise.all(databases.splice(0).map((database) => database.close()));
  for (const server of servers.splice(0)) server.close();
});

/** A server on a port of its own; `onSocket` decides what it does with a connection. */
async function serverThat(onSocket: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    sockets.add(socket);
    onSocket(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function rejection(work: Promise<unknown>): Promise<Error> {
  const outcome: unknown = await work.then(
    () => new Error("did not reject"),
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(Error);
  return outcome as Error;
}

/** All that a log could show of an error. */
const allOf = (error: Error): string => inspect(error, { depth: 20, showHidden: true });

/** A pool whose clients show what is documented of them, and nothing else. */
function otherKind(pool: Pool): NonNullable<PostgresOptions["pool"]> {
  return {
    connect: async () => {
      const client = await pool.connect();
      return {
        query: (query) => client.query({ ...query }),
        on: (event, listener) => client.on(event, listener),
        off: (event, listener) => client.off(event, listener),
        release: (destroy) => client.release(destroy),
      };
    },
    on: (event, listener) => pool.on(event, listener),
    off: (event, listener) => pool.off(event, listener),
    end: () => pool.end(),
  };
}

/** As some do that trace queries: the client is asked for a copy of what it was asked for. */
function copying(pool: Pool): Pool {
  pool.on("connect", (client) => {
    const query = client.query.bind(client) as (given: unknown) => unknown;
    Object.assign(client, {
      query: (given: unknown) => query(typeof given === "object" ? { ...given } : given),
    });
  });
  return pool;
}

describe("without a server", () => {
  test("a refused connection is unavailable, and the password is nowhere in the error", async () => {
    const address = await serverThat((socket) => socket.destroy());
    const url = `postgresql://someone:hidden-password@${address}/db`;
    const database = new Database(postgresDriver({ url }), { attempts: 2 });
    databases.push(database);
    const counters = new CounterRepository(database);
    const opening = await rejection(counters.open());
    expect(opening).toMatchObject({
      code: "unavailable",
      message: expect.stringContaining(`postgresql://${address}/db`),
    });
    const reading = await rejection(counters.get("a"));
    expect(reading).toMatchObject({ code: "unavailable" });
    expect(reading.message).not.toContain(address);
    expect(allOf(opening) + allOf(reading)).not.toContain("hidden-password");
  });

  test("one that never answers ends with the caller's time", async () => {
    const address = await serverThat(() => undefined);
    const counters = countersOn({ url: `postgresql://u:p@${address}/db` });
    const reading = runWithContext(createContext({ deadline: Date.now() + 100 }), () =>
      counters.get("a"),
    );
    await expect(reading).rejects.toMatchObject({ code: "deadline_exceeded" });
  });

  // A server that is shut down: the connection is back in the pool and not in use.
  test("a farewell in the same piece as the welcome ends the call, and not the process", async () => {
    const farewell = "SFATAL\0C57P01\0Mshutting down\0\0";
    const answer = Buffer.concat([
      Buffer.from("R\0\0\0\u0008\0\0\0\0Z\0\0\0\u0005I", "latin1"),
      Buffer.from([0x45, 0, 0, 0, farewell.length + 4]),
      Buffer.from(farewell, "latin1"),
    ]);
    const address = await serverThat((socket) => {
      socket.on("error", () => undefined).once("data", () => socket.end(answer));
    });
    const database = new Database(postgresDriver({ url: `postgresql://u:p@${address}/db` }), {
      attempts: 2,
    });
    databases.push(database);
    const reading = new CounterRepository(database).get("a");
    await expect(reading).rejects.toMatchObject({ code: "unavailable" });
  });

  test("no address is told at once", () => {
    vi.stubEnv("DATABASE_URL", "");
    expect(() => postgresDriver()).toThrow(/set DATABASE_URL/);
    vi.stubEnv("DATABASE_URL", "mysql://u:hidden@h/d");
    expect(() => postgresDriver()).toThrow(/DATABASE_URL does not begin with postgresql/);
  });
});

describeWithEngine("postgres", "connections", (url) => {
  const schema = `connections ${randomUUID()}`;
  beforeAll(async () => {
    await postgresDriver({ url, schema })
      .collection({ name: "counters", indexes: [], expires: false })
      .ensureSchema?.({});
  });
  afterAll(() => dropSchema(url, schema));

  const named = (name: string): string => {
    const address = new URL(url);
    address.searchParams.set("application_name", name);
    return address.href;
  };

  /** Ends the connections with a name, and says how many there were. */
  async function cut(name: string): Promise<number> {
    return onServer(url, async (client) => {
      const { rowCount } = await client.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1",
        [name],
      );
      return rowCount ?? 0;
    });
  }

  test("DATABASE_URL names the server by default", async () => {
    vi.stubEnv("DATABASE_URL", url);
    const counters = countersOn({ schema });
    await counters.put({ counterId: "by-environment", count: 1 });
    expect(await counters.get("by-environment")).toEqual({ counterId: "by-environment", count: 1 });
  });

  test("idle connections that are cut are replaced, and end nothing else", async () => {
    const name = randomUUID();
    const counters = countersOn({ url: named(name), schema });
    const ids = Array.from({ length: 5 }, () => randomUUID());
    await Promise.all(ids.map((counterId) => counters.put({ counterId, count: 1 })));
    expect(await cut(name)).toBeGreaterThan(1);
    const stored = await Promise.all(ids.map((counterId) => counters.get(counterId)));
    expect(stored).toEqual(ids.map((counterId) => ({ counterId, count: 1 })));
  });

  test("increments go on while connections are cut, and each counts once", async () => {
    const name = randomUUID();
    const counters = countersOn({ url: named(name), schema, poolSize: 4 });
    const counterId = randomUUID();
    await counters.create({ counterId, count: 0 });
    const done = new AbortController();
    let cuts = 0;
    const cutting = (async () => {
      while (!done.signal.aborted) cuts += await cut(name);
    })();
    let applied = 0;
    let unknown = 0;
    for (let n = 0; n < 200; n += 1) {
      try {
        await counters.update(counterId, ({ count }) => ({ counterId, count: count + 1 }));
        applied += 1;
      } catch (error) {
        expect(error).toMatchObject({ code: "unavailable" });
        unknown += 1;
      }
    }
    done.abort();
    await cutting;
    const count = (await counters.get(counterId))?.count ?? 0;
    expect(cuts).toBeGreaterThan(20);
    expect(count).toBeGreaterThanOrEqual(applied);
    expect(count).toBeLessThanOrEqual(applied + unknown);
    expect(applied).toBeGreaterThan(50);
  });

  test("answers lost on the way: nothing is lost and nothing is done twice", async () => {
    // Passes everything on to the server, and every now and then cuts the line before an answer.
    const upstream = new URL(url);
    let answers = 0;
    const address = await serverThat((socket) => {
      const server = connect(Number(upstream.port), upstream.hostname);
      let isOpen = false;
      socket.on("error", () => undefined).on("close", () => server.destroy());
      server.on("error", () => undefined).on("close", () => socket.destroy());
      socket.pipe(server);
      server.on("data", (data) => {
        // Z: ready for a query. The first one ends the login.
        if (!isOpen && data.includes("Z\0\0\0\u0005I")) isOpen = true;
        else if (isOpen) answers += 1;
        if (answers % 7 === 6) {
          answers += 1;
          socket.destroy();
        } else socket.write(data);
      });
    });
    const proxied = new URL(url);
    proxied.host = address;
    const counters = countersOn({ url: proxied.href, schema, poolSize: 3 });
    const counterId = randomUUID();
    await counters.create({ counterId, count: 0 });
    const increment = () =>
      counters.update(counterId, ({ count }) => ({ counterId, count: count + 1 }));
    const outcomes = await Promise.allSettled(Array.from({ length: 60 }, increment));
    const applied = outcomes.filter(({ status }) => status === "fulfilled").length;
    const count = (await counters.get(counterId))?.count ?? 0;
    expect(answers).toBeGreaterThan(100);
    expect(applied).toBeGreaterThan(40);
    expect(count).toBeGreaterThanOrEqual(applied);
    expect(count).toBeLessThanOrEqual(60);
  });

  test("a caller who leaves is told at once, and the connection is used again", async () => {
    const pool = new Pool({ connectionString: url, max: 1 });
    let created = 0;
    pool.on("connect", () => (created += 1));
    const counters = countersOn({ pool, schema });
    const counterId = randomUUID();
    await counters.create({ counterId, count: 0 });
    await onServer(url, async (blocker) => {
      await blocker.query("begin");
      await blocker.query(`select 1 from "${schema}".counters where key = $1 for update`, [
        counterId,
      ]);
      const stop = new AbortController();
      const context = createContext({ signal: stop.signal });
      const writing = runWithContext(context, () => counters.put({ counterId, count: 1 }));
      // A second caller waits for the only connection, and leaves before it has it.
      const waiting = runWithContext(context, () => counters.put({ counterId, count: 2 }));
      await vi.waitFor(async () => {
        const { rows } = await blocker.query<{ count: string }>(
          "select count(*) from pg_locks where not granted and pid <> pg_backend_pid()",
        );
        expect(Number(rows[0]?.count)).toBeGreaterThan(0);
      });
      stop.abort();
      await expect(writing).rejects.toMatchObject({ code: "cancelled" });
      await expect(waiting).rejects.toMatchObject({ code: "cancelled" });
      await blocker.query("commit");
    });
    // What was sent has run to its end; what was not sent has not.
    expect(await counters.get(counterId)).toEqual({ counterId, count: 1 });
    expect(created).toBe(1);
    await pool.end();
  });

  test("an answer that does not come in time is unavailable, and the server gives up as well", async () => {
    const name = randomUUID();
    const database = new Database(postgresDriver({ url: named(name), schema, timeout: 200 }), {
      attempts: 1,
    });
    databases.push(database);
    const hasty = new CounterRepository(database);
    // All but the one write has the usual time: a busy machine may need more than a hasty one has.
    const counters = countersOn({ url, schema });
    const counterId = randomUUID();
    await counters.create({ counterId, count: 0 });
    await onServer(url, async (blocker) => {
      await blocker.query("begin");
      await blocker.query(`select 1 from "${schema}".counters where key = $1 for update`, [
        counterId,
      ]);
      const writing = hasty.put({ counterId, count: 1 });
      await expect(writing).rejects.toMatchObject({ code: "unavailable" });
      const server = { timeout: 30_000 };
      await vi.waitFor(async () => {
        const { rows } = await blocker.query(
          "select state, query from pg_stat_activity where application_name = $1 and not (state = 'idle' and query like 'insert into %')",
          [name],
        );
        // Gone, or idle behind the write: before it, what was sent might still come to be done.
        expect(rows).toEqual([]);
      }, server);
      await blocker.query("commit");
    });
    expect(await counters.get(counterId)).toEqual({ counterId, count: 0 });
  });

  test("a close ends what is under way, however long it may take", async () => {
    const name = randomUUID();
    const database = new Database(postgresDriver({ url: named(name), schema, timeout: 600_000 }));
    const counters = new CounterRepository(database);
    const counterId = randomUUID();
    await counters.create({ counterId, count: 0 });
    await onServer(url, async (blocker) => {
      await blocker.query("begin");
      await blocker.query(`select 1 from "${schema}".counters where key = $1 for update`, [
        counterId,
      ]);
      const outcomes = Promise.allSettled([
        counters.put({ counterId, count: 1 }),
        database.transact([counters.action.put({ counterId, count: 1 })]),
      ]);
      // Within the blocker's transaction it would look at the first answer again and again.
      await onServer(url, (observer) =>
        vi.waitFor(
          async () => {
            const { rows } = await observer.query(
              "select 1 from pg_stat_activity where application_name = $1 and wait_event_type = 'Lock'",
              [name],
            );
            expect(rows).toHaveLength(2);
          },
          { timeout: 10_000 },
        ),
      );
      await database.close();
      for (const outcome of await outcomes) {
        expect(outcome).toMatchObject({
          status: "rejected",
          reason: { code: "unavailable", message: expect.stringContaining("is closed") },
        });
      }
      await cut(name);
      await blocker.query("rollback");
    });
  });

  test("a connection that still waits for an answer is not used again", async () => {
    const pool = new Pool({ connectionString: url, max: 1 });
    // Time enough for all that is not held, on a busy machine as well.
    const driver = postgresDriver({ pool, schema, timeout: 3_000 });
    const counters = new CounterRepository(new Database(driver, { attempts: 1 }));
    const [held, free] = [randomUUID(), randomUUID()];
    await counters.create({ counterId: held, count: 0 });
    await counters.create({ counterId: free, count: 0 });
    await onServer(url, async (blocker) => {
      await blocker.query("begin");
      await blocker.query(`select 1 from "${schema}".counters where key = $1 for update`, [held]);
      const writing = counters.put({ counterId: held, count: 1 });
      await expect(writing).rejects.toMatchObject({ code: "unavailable" });
      expect(await counters.get(free)).toEqual({ counterId: free, count: 0 });
      await blocker.query("rollback");
    });
    await pool.end();
  });

  test("too many callers for the connections end as unavailable", async () => {
    const pool = new Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 50 });
    const database = new Database(postgresDriver({ pool, schema }), { attempts: 1 });
    databases.push(database);
    const held = await pool.connect();
    const reading = new CounterRepository(database).get("a");
    await expect(reading).rejects.toMatchObject({
      code: "unavailable",
      internalDetails: { driverCode: "resource_exhausted" },
    });
    held.release();
    await pool.end();
  });

  test("a pool that was given is neither ended nor left with our listeners", async () => {
    const pool = new Pool({ connectionString: url });
    const driver = postgresDriver({ pool, schema });
    const collection = driver.collection({ name: "counters", indexes: [], expires: false });
    await collection.get(["a"], {});
    await driver.close();
    await driver.close();
    expect(pool.listenerCount("error")).toBe(0);
    expect((await pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    await pool.end();
  });

  test("parsers that others have set on the pool change nothing", async () => {
    const pool = new Pool({
      connectionString: url,
      types: { getTypeParser: () => () => "spoiled" },
    });
    const counters = countersOn({ pool, schema });
    const counterId = randomUUID();
    await counters.create({ counterId, count: 5 });
    expect(await counters.get(counterId)).toEqual({ counterId, count: 5 });
    await pool.end();
  });

  test.each([
    ["of another kind", (pool: Pool): PostgresOptions["pool"] => otherKind(pool)],
    ["in pipeline mode", (pool: Pool): PostgresOptions["pool"] => pool],
    ["that copy their queries", copying],
  ])("clients %s get queries of the package's own", async (kind, wrap) => {
    const settings = { connectionString: url, max: 1, pipeline: kind === "in pipeline mode" };
    const pool = new Pool(settings);
    const counters = countersOn({ pool: wrap(pool), schema });
    const ids = ['a"b', String.raw`c\d`, randomUUID()];
    for (const [count, counterId] of ids.entries()) await counters.put({ counterId, count });
    expect(await counters.getMany([...ids, "absent"])).toEqual([
      ...ids.map((counterId, count) => ({ counterId, count })),
      undefined,
    ]);
    const again = counters.create({ counterId: ids[0] ?? "", count: 1 });
    await expect(again).rejects.toMatchObject({ code: "already_exists" });
    await pool.end();
  });

  test.each([
    ["has forgotten", "deallocate all"],
    [
      "refuses since a column changed",
      `alter table "${schema}".counters alter revision type varchar collate "C"`,
    ],
  ])("a prepared statement that the server %s is prepared again", async (_what, change) => {
    const pool = new Pool({ connectionString: url, max: 1 });
    const counters = countersOn({ pool, schema });
    const counterId = randomUUID();
    await counters.create({ counterId, count: 0 });
    await counters.get(counterId);
    try {
      await pool.query(change);
      expect(await counters.get(counterId)).toEqual({ counterId, count: 0 });
    } finally {
      await pool.query(`alter table "${schema}".counters alter revision type text collate "C"`);
      await pool.end();
    }
  });

  test("without prepared statements nothing is prepared", async () => {
    const pool = new Pool({ connectionString: url, max: 1 });
    const prepared = async (): Promise<number> =>
      (await pool.query("select 1 from pg_prepared_statements")).rows.length;
    const counters = countersOn({ pool, schema, preparedStatements: false });
    await counters.put({ counterId: "plain", count: 1 });
    expect(await counters.get("plain")).toBeDefined();
    expect(await prepared()).toBe(0);
    await countersOn({ pool, schema }).get("plain");
    expect(await prepared()).toBeGreaterThan(0);
    await pool.end();
  });

  test("a wrong password is no secret's end", async () => {
    const address = new URL(url);
    address.password = "wrong-password";
    const error = await rejection(countersOn({ url: address.href, schema }).get("a"));
    // The caller learns nothing of it; the cause says it to the operator.
    expect(error).toMatchObject({
      code: "internal",
      message: "The database is not ready.",
      cause: { message: expect.stringContaining("does not accept the credentials") as unknown },
    });
    expect(allOf(error)).not.toContain("wrong-password");
    expect(allOf(error)).not.toContain(new URL(url).password);
  });
});
