import { createContext, runWithContext } from "@plinth/core";
import { Database, type Driver, type DriverCallOptions } from "@plinth/data";
import { memoryDriver } from "@plinth/data/memory";
import { describe, expect, test } from "vitest";
import { aNote, NoteRepository, type Notes } from "../src/conformance/suite.ts";

type Method = "get" | "write" | "writeMany" | "query" | "count" | "scan" | "transact";

/** A driver that keeps the signals of one method, and never answers it. */
function silent(method: Method): {
  readonly driver: Driver;
  readonly signals: (AbortSignal | undefined)[];
} {
  const signals: (AbortSignal | undefined)[] = [];
  const keep = (_what: unknown, { signal }: DriverCallOptions): Promise<never> => {
    signals.push(signal);
    return new Promise(() => undefined);
  };
  const memory = memoryDriver();
  const driver: Driver = {
    ...memory,
    ...(method === "transact" && { transact: keep }),
    collection: (definition) =>
      Object.assign(memory.collection(definition), method === "transact" ? {} : { [method]: keep }),
  };
  return { driver, signals };
}

const query = { index: "byText", partition: "a" } as const;

const calls: Readonly<
  Record<string, [Method, (notes: Notes, database: Database) => Promise<unknown>]>
> = {
  get: ["get", (notes) => notes.get("a")],
  "get alone": ["get", (notes) => notes.get("a", { coalesce: false })],
  getMany: ["get", (notes) => notes.getMany(["a", "b"])],
  update: ["get", (notes) => notes.update("a", (note) => note)],
  ping: ["get", (_notes, database) => database.ping()],
  create: ["write", (notes) => notes.create(aNote())],
  delete: ["write", (notes) => notes.delete("a")],
  writeMany: [
    "writeMany",
    async (notes) => {
      // Each write has a result of its own.
      const [result] = await notes.writeMany([notes.action.put(aNote())]);
      if (result?.status === "rejected") throw result.reason;
    },
  ],
  query: ["query", (notes) => notes.query(query)],
  each: ["query", (notes) => notes.each(query)[Symbol.asyncIterator]().next()],
  count: ["count", (notes) => notes.count(query)],
  migrate: ["scan", (notes) => notes.migrate()],
  transact: ["transact", (notes, database) => database.transact([notes.action.put(aNote())])],
};

/** Begins a call of a driver that does not answer. */
function begin(name: string, context: Parameters<typeof createContext>[0]) {
  const [method, call] = calls[name]!;
  const { driver, signals } = silent(method);
  const database = new Database(driver);
  const notes = new NoteRepository(database);
  const calling = runWithContext(createContext(context), () => call(notes, database));
  return { calling, signals };
}

describe("a driver is told that the caller left", () => {
  test.each(Object.keys(calls))("%s, by a signal", async (name) => {
    const controller = new AbortController();
    const { calling, signals } = begin(name, { signal: controller.signal });
    const outcome = Promise.allSettled([calling]);
    await expect.poll(() => signals).toHaveLength(1);
    expect(signals[0]?.aborted).toBe(false);
    controller.abort();
    expect(await outcome).toMatchObject([{ reason: { code: "cancelled" } }]);
    expect(signals[0]?.aborted).toBe(true);
  });

  test.each(Object.keys(calls))("%s, by a deadline", async (name) => {
    const { calling, signals } = begin(name, { deadline: Date.now() + 100 });
    await expect(calling).rejects.toMatchObject({ code: "deadline_exceeded" });
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
  });
});

test("a read of several callers is told when the last one left", async () => {
  const { driver, signals } = silent("get");
  const notes = new NoteRepository(new Database(driver));
  const controllers = [new AbortController(), new AbortController(), new AbortController()];
  const reading = Promise.allSettled(
    controllers.map(({ signal }, n) =>
      runWithContext(createContext({ signal }), () => notes.get(`key${n}`)),
    ),
  );
  await expect.poll(() => signals).toHaveLength(1);
  for (const [n, controller] of controllers.entries()) {
    expect(signals[0]?.aborted, `after ${n} of them`).toBe(false);
    controller.abort();
  }
  await reading;
  expect(signals[0]?.aborted).toBe(true);
});

test("a read that one caller waits for in any case goes on", async () => {
  const { driver, signals } = silent("get");
  const notes = new NoteRepository(new Database(driver));
  const controller = new AbortController();
  const leaving = runWithContext(createContext({ signal: controller.signal }), () =>
    notes.get("a"),
  );
  void notes.get("a");
  const outcome = Promise.allSettled([leaving]);
  await expect.poll(() => signals).toHaveLength(1);
  controller.abort();
  expect(await outcome).toMatchObject([{ reason: { code: "cancelled" } }]);
  expect(signals[0]?.aborted ?? false).toBe(false);
});
