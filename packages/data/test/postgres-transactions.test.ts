import { randomUUID } from "node:crypto";
import type { Driver, DriverCollection, TransactAction, WriteCondition } from "@plinth/data";
import { pgliteDriver, postgresDriver } from "@plinth/data/postgres";
import { describeWithEngine } from "@plinth/testing";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dropSchema, onServer, slowStart } from "./support/postgres.ts";
import { sharedPglite } from "./support/shared-pglite.ts";

const none = { kind: "none" } as const;
const absent = { kind: "absent", now: 1000 } as const;
const present = { kind: "present", now: 1000 } as const;

const set = (
  collection: DriverCollection,
  key: string,
  condition: WriteCondition = none,
  more: object = {},
): TransactAction => ({
  collection,
  action: {
    kind: "set",
    record: { key, revision: randomUUID(), schemaVersion: 1, data: {}, indexes: {}, ...more },
    condition,
  },
});
const check = (
  collection: DriverCollection,
  key: string,
  condition: WriteCondition,
): TransactAction => ({ collection, action: { kind: "check", key, condition } });
const remove = (
  collection: DriverCollection,
  key: string,
  condition: WriteCondition = none,
): TransactAction => ({ collection, action: { kind: "remove", key, condition } });

const fingerprint = "f".repeat(64);

/** A driver, two of its collections, and the way to transact on it. */
interface Ground {
  readonly driver: Driver;
  readonly things: DriverCollection;
  readonly others: DriverCollection;
  transact: NonNullable<Driver["transact"]>;
}

async function groundOn(driver: Driver): Promise<Ground> {
  const [things, others] = ["things", "others"].map((name) =>
    driver.collection({ name, indexes: [], expires: true }),
  ) as [DriverCollection, DriverCollection];
  await things.ensureSchema?.({});
  await others.ensureSchema?.({});
  const { transact } = driver;
  if (transact === undefined) throw new Error("There are no transactions.");
  return { driver, things, others, transact: (actions, options) => transact(actions, options) };
}

async function keysOf(collection: DriverCollection, ...keys: string[]): Promise<string[]> {
  const found = await collection.get(keys, {});
  return found.flatMap((record) => (record === undefined ? [] : [record.key]));
}

/** Runs something soon, while a transaction that was just begun is on its way. */
type Soon = (run: () => void) => void;

function describeTransactions(ground: () => Ground, soon: Soon): void {
  test("names every action whose condition does not hold, by its position, and changes nothing", async () => {
    const { things, others, transact } = ground();
    const [one, two, three, four] = Array.from({ length: 4 }, () => randomUUID()) as [
      string,
      string,
      string,
      string,
    ];
    await transact([set(things, one)], {});
    const outcome = await transact(
      [
        set(others, two),
        set(things, one, absent),
        check(others, three, present),
        remove(things, four, { kind: "revision", revision: "r", now: 1000 }),
        check(things, four, absent),
      ],
      {},
    );
    expect(outcome).toEqual({ applied: false, failed: [1, 2, 3] });
    expect(await keysOf(others, two, three)).toEqual([]);
    expect(await keysOf(things, one, four)).toEqual([one]);
  });

  test("a check for absence leaves nothing behind, and counts an expired record as absent", async () => {
    const { things, transact } = ground();
    const [expired, missing, alive] = [randomUUID(), randomUUID(), randomUUID()];
    await transact([set(things, expired, none, { expiresAt: 1000 }), set(things, alive)], {});
    const checks = [check(things, expired, absent), check(things, missing, absent)];
    expect(await transact(checks, {})).toEqual({ applied: true });
    expect(await keysOf(things, missing)).toEqual([]);
    expect(await transact([...checks, check(things, alive, absent)], {})).toEqual({
      applied: false,
      failed: [2],
    });
    expect(await keysOf(things, alive)).toEqual([alive]);
  });

  test("an expired record is absent for every condition", async () => {
    const { things, transact } = ground();
    const key = randomUUID();
    const revision = "r";
    await transact([set(things, key, none, { expiresAt: 1000, revision })], {});
    for (const condition of [present, { kind: "revision", revision, now: 1000 }] as const) {
      for (const action of [
        set(things, key, condition),
        remove(things, key, condition),
        check(things, key, condition),
      ]) {
        expect(await transact([action], {})).toEqual({ applied: false, failed: [0] });
      }
    }
    expect(await transact([set(things, key, absent)], {})).toEqual({ applied: true });
  });

  test("a token applies once; it is refused with other actions; a refused one is free again", async () => {
    const { driver, things, transact } = ground();
    const [key, token] = [randomUUID(), randomUUID()];
    const options = { token, tokenFingerprint: fingerprint };
    const actions = [set(things, key, absent)];
    expect(await transact([check(things, key, present)], options)).toEqual({
      applied: false,
      failed: [0],
    });
    expect(await transact(actions, options)).toEqual({ applied: true });
    expect(await transact(actions, options)).toEqual({ applied: true });
    await things.write({ kind: "remove", key, condition: none }, {});
    expect(await transact(actions, options)).toEqual({ applied: true });
    expect(await keysOf(things, key)).toEqual([]);
    const error: unknown = await transact(actions, {
      token,
      tokenFingerprint: "0".repeat(64),
    }).catch((fault: unknown) => fault);
    expect(driver.errorCode(error)).toBe("invalid_argument");
    // The connection is in order after all that.
    expect(await transact(actions, {})).toEqual({ applied: true });
  });

  test("of many at a time under one token one does the work", async () => {
    const { things, transact } = ground();
    const keys = Array.from({ length: 8 }, () => randomUUID());
    const options = { token: randomUUID(), tokenFingerprint: fingerprint };
    const outcomes = await Promise.all(keys.map((key) => transact([set(things, key)], options)));
    expect(outcomes).toEqual(keys.map(() => ({ applied: true })));
    expect(await keysOf(things, ...keys)).toHaveLength(1);
  });

  test("collections of another driver are refused", async () => {
    const foreign = pgliteDriver().collection({ name: "things", indexes: [], expires: false });
    const { transact } = ground();
    await expect(
      (async () => transact([set(foreign, "a")], {}))().catch((error: unknown) => {
        throw Object.assign(new Error("refused"), { code: (error as { code?: string }).code });
      }),
    ).rejects.toMatchObject({ code: "invalid_argument" });
  });

  test("a signal that is aborted on the way undoes all of it", async () => {
    const { things, transact } = ground();
    const keys = Array.from({ length: 40 }, () => randomUUID());
    const stop = new AbortController();
    const reason = new Error("nobody waits");
    const running = transact(
      keys.map((key) => set(things, key)),
      { signal: stop.signal },
    );
    soon(() => stop.abort(reason));
    await expect(running).rejects.toBe(reason);
    // Another transaction of the same records waits for the end of the first.
    expect(await transact([set(things, keys[0] ?? "")], {})).toEqual({ applied: true });
    const stored = await keysOf(things, ...keys);
    expect(stored).toEqual([keys[0]]);
  });
}

describeWithEngine("postgres", "transactions on a server", (url) => {
  const schema = `transactions ${randomUUID()}`;
  let ground: Ground;
  beforeAll(async () => {
    ground = await groundOn(postgresDriver({ url, schema }));
  });
  afterAll(async () => {
    await ground.driver.close();
    await dropSchema(url, schema);
  });
  describeTransactions(() => ground, setImmediate);

  test("two that check what the other one creates do not both apply", async () => {
    const { things, transact } = ground;
    for (let round = 0; round < 20; round += 1) {
      const [one, two] = [randomUUID(), randomUUID()];
      const outcomes = await Promise.all([
        transact([check(things, one, absent), set(things, two, absent)], {}),
        transact([check(things, two, absent), set(things, one, absent)], {}),
      ]);
      expect(outcomes.filter(({ applied }) => applied)).toHaveLength(1);
    }
  });

  test("a check for absence holds off a write until the end", async () => {
    const { things, others, transact } = ground;
    for (let round = 0; round < 20; round += 1) {
      const [key, witness] = [randomUUID(), randomUUID()];
      const [outcome] = await Promise.all([
        transact([check(things, key, absent), set(others, witness)], {}),
        things.write(set(things, key, absent).action as never, {}),
      ]);
      expect(await keysOf(things, key)).toEqual([key]);
      expect(await keysOf(others, witness)).toEqual(outcome.applied ? [witness] : []);
    }
  });

  test("many over the same records in any order never wait for each other in a ring", async () => {
    const { things, others } = ground;
    // One connection each, and no retries: a deadlock would reject.
    const pool = new Pool({ connectionString: url, max: 12 });
    const driver = postgresDriver({ pool, schema });
    const { transact } = await groundOn(driver);
    const collections = ["things", "others"].map((name) =>
      driver.collection({ name, indexes: [], expires: true }),
    ) as [DriverCollection, DriverCollection];
    const keys = Array.from({ length: 6 }, () => randomUUID());
    const actions = keys.flatMap((key) => collections.map((collection) => set(collection, key)));
    const runs = Array.from({ length: 60 }, (_, n) => {
      const turned = [...actions.slice(n % 12), ...actions.slice(0, n % 12)];
      return transact(n % 2 === 0 ? turned : turned.toReversed(), {});
    });
    expect((await Promise.all(runs)).every(({ applied }) => applied)).toBe(true);
    const [stored, same] = await Promise.all([things.get(keys, {}), others.get(keys, {})]);
    expect(stored.length + same.length).toBe(12);
    await driver.close();
    await pool.end();
  });

  test("no reader sees half of a transaction", async () => {
    const { things, transact } = ground;
    const keys = [randomUUID(), randomUUID()];
    const done = new AbortController();
    const writing = (async () => {
      for (let n = 0; n < 60; n += 1) {
        await transact(
          keys.map((key) => set(things, key, none, { data: { n } })),
          {},
        );
      }
      done.abort();
    })();
    let reads = 0;
    while (!done.signal.aborted) {
      const [one, two] = await things.get(keys, {});
      expect(one?.data).toEqual(two?.data);
      reads += 1;
    }
    await writing;
    expect(reads).toBeGreaterThan(10);
  });

  test("old tokens are taken away by new ones, and can be used again", async () => {
    const { things, transact } = ground;
    const table = `"${schema}"."plinth:transactions"`;
    await onServer(url, async (client) => {
      await client.query(
        `insert into ${table} select 'old ' || n, 'f', n from generate_series(1, 25) n`,
      );
      const options = { token: "old 1", tokenFingerprint: fingerprint };
      const key = randomUUID();
      expect(await transact([set(things, key)], options)).toEqual({ applied: true });
      expect(await keysOf(things, key)).toEqual([key]);
      for (let n = 0; n < 2; n += 1) {
        await transact([set(things, key)], { ...options, token: `new ${n}` });
      }
      const { rows } = await client.query<{ count: string }>(
        `select count(*) from ${table} where expires_at < 100`,
      );
      expect(rows[0]?.count).toBe("0");
      const life = await client.query<{ life: string }>(
        `select min(expires_at) - (extract(epoch from now()) * 1000)::bigint as life from ${table} where token = 'old 1'`,
      );
      expect(Number(life.rows[0]?.life)).toBeGreaterThan(9 * 60 * 1000);
    });
  });
});

describe("transactions on PGlite", () => {
  let ground: Ground;
  beforeAll(async () => {
    const client = await sharedPglite();
    ground = await groundOn(pgliteDriver({ client, schema: "transactions" }));
  }, slowStart);
  afterAll(() => ground.driver.close());
  // This engine works without ever letting the event loop turn.
  const soon = async (run: () => void): Promise<void> => {
    for (let turn = 0; turn < 200; turn += 1) await Promise.resolve();
    run();
  };
  describeTransactions(
    () => ground,
    (run) => void soon(run),
  );
});
