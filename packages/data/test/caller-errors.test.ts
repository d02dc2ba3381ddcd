import { createContext, createLogger, runWithContext } from "@plinth/core";
import { isServiceError, serializeError } from "@plinth/core/errors";
import { Database, type Driver, Repository } from "@plinth/data";
import { memoryDriver } from "@plinth/data/memory";
import { expect, test } from "vitest";
import { z } from "zod";

const schema = z.object({ id: z.string(), n: z.number() });
const key = ["id"] as const;
const indexes = { byN: { sort: "n" } } as const;
const Secrets = Repository({ name: "hidden-name", schema, key, indexes });
const Newer = Repository({ name: "hidden-name", schema, key, indexes, version: 2 });
const Other = Repository({
  name: "hidden-name",
  schema: z.object({ id: z.string(), n: z.string() }),
  key,
});

const driver = memoryDriver();
const database = new Database(driver);
const secrets = new Secrets(database);
const id = "hidden-key";
const present = new Secrets(new Database(driver));

const failing = (code: string, method: "get" | "write" | "query"): InstanceType<typeof Secrets> => {
  const memory = memoryDriver();
  const broken: Driver = {
    ...memory,
    errorCode: () => code as never,
    collection: (definition) =>
      Object.assign(memory.collection(definition), {
        [method]: () => Promise.reject(new Error("hidden text of the driver")),
      }),
  };
  return new Secrets(new Database(broken, { attempts: 1 }));
};

const late = createContext({ deadline: Date.now() - 1 });
const aborted = createContext({ signal: AbortSignal.abort() });

const calls: readonly (readonly [string, string, () => unknown])[] = [
  ["a record that is there", "already_exists", () => present.create({ id, n: 1 })],
  ["a record that is absent", "not_found", () => secrets.replace({ id: `${id}2`, n: 1 })],
  ["an update of nothing", "not_found", () => secrets.update(`${id}2`, (record) => record)],
  ["a stale revision", "aborted", () => present.put({ id, n: 2 }, { revision: "x" })],
  [
    "another key",
    "invalid_argument",
    () => present.update(id, (old) => ({ ...old, id: `${id}3` })),
  ],
  ["a bad key", "invalid_argument", () => secrets.get(`${id}\n`)],
  ["a bad record", "invalid_argument", () => secrets.put({ id, n: "x" as never })],
  ["a record that is too large", "invalid_argument", () => secrets.put({ id, n: 1e200 })],
  ["a cursor", "invalid_argument", () => secrets.query({ index: "byN", cursor: "x" })],
  ["a query", "invalid_argument", () => secrets.query({ index: "byN", from: Number.NaN })],
  ["a limit", "invalid_argument", () => secrets.query({ index: "byN", limit: 0 })],
  [
    "writes of one record",
    "invalid_argument",
    () => secrets.writeMany([secrets.action.delete(id), secrets.action.delete(id)]),
  ],
  [
    "a transaction on one record",
    "invalid_argument",
    () => database.transact([secrets.action.delete(id), secrets.action.delete(id)]),
  ],
  [
    "a transaction that does not apply",
    "not_found",
    () => database.transact([secrets.action.check(`${id}4`, "present")]),
  ],
  ["a newer record", "failed_precondition", () => present.get("hidden-newer")],
  ["damaged data", "data_loss", () => present.get("hidden-damaged")],
  ["a deadline", "deadline_exceeded", () => runWithContext(late, () => secrets.get(id))],
  ["an abort", "cancelled", () => runWithContext(aborted, () => secrets.get(id))],
  ["a database that is away", "unavailable", () => failing("unavailable", "get").get(id)],
  [
    "a database that is full",
    "unavailable",
    () => failing("resource_exhausted", "write").delete(id),
  ],
  [
    "a query that is refused",
    "internal",
    () => failing("not_found", "query").query({ index: "byN" }),
  ],
];

test.each(calls)("%s says %s, and nothing of repositories and keys", async (_name, code, call) => {
  await present.put({ id, n: 1 });
  await new Newer(new Database(driver)).put({ id: "hidden-newer", n: 1 });
  await new Other(new Database(driver)).put({ id: "hidden-damaged", n: "x" });
  let error: unknown;
  try {
    await call();
  } catch (raw) {
    error = raw;
  }
  expect(isServiceError(error) && error.code).toBe(code);
  const shown = JSON.stringify(serializeError(error as never));
  expect(`${shown} ${(error as Error).message}`).not.toContain("hidden");
  // The log has what the caller must not see.
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  createLogger({ name: "test", destination }).error("failed", { error });
  expect(lines.join()).toMatch(/hidden-name|Transaction of/);
});

test("a database that is not ready is no matter of the caller's", async () => {
  const memory = memoryDriver();
  const broken: Driver = {
    ...memory,
    endpoint: () => "hidden-host:1234",
    collection: (definition) =>
      Object.assign(memory.collection(definition), {
        ensureSchema: () => Promise.reject(new Error("raw")),
      }),
    errorCode: () => "unavailable",
  };
  const notReady = new Secrets(new Database(broken, { ensureSchema: true, attempts: 1 }));
  await expect(notReady.open()).rejects.toThrow("hidden-host:1234");
  await expect(notReady.get(id)).rejects.toMatchObject({
    code: "unavailable",
    message: expect.not.stringContaining("hidden"),
  });
});
