import { setTimeout as delay } from "node:timers/promises";
import { Database, type Driver, type DriverCollection, Repository } from "@plinth/data";
import { memoryDriver } from "@plinth/data/memory";
import { afterEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { Lifetime } from "../src/repository/lifetime.ts";

class ThingRepository extends Repository({
  name: "things",
  schema: z.object({ thingId: z.string() }),
  key: ["thingId"],
}) {}

afterEach(() => {
  vi.useRealTimers();
});

/** A third-party driver, which does not know whether it is closed. */
function foreignDriver(changes: Partial<DriverCollection>, close = async () => undefined): Driver {
  const memory = memoryDriver();
  return {
    ...memory,
    name: "foreign",
    errorCode: (raw) => (raw === "busy" ? "unavailable" : undefined),
    collection: (definition) => Object.assign(memory.collection(definition), changes),
    close,
  };
}

const closed = { code: "unavailable", message: expect.stringContaining("the database is closed.") };

test("a call that is never answered ends five seconds after the close, and the driver then", async () => {
  vi.useFakeTimers();
  let isClosed = false;
  const driver = foreignDriver({ get: () => new Promise(() => undefined) }, async () => {
    isClosed = true;
  });
  const database = new Database(driver);
  const things = new ThingRepository(database);
  const reads = [things.get("a"), things.getMany(["b", "c"]), things.get("d", { coalesce: false })];
  const outcomes = Promise.allSettled(reads);
  await vi.advanceTimersByTimeAsync(0);
  const closing = database.close();
  await vi.advanceTimersByTimeAsync(4999);
  expect(isClosed).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await closing;
  expect(isClosed).toBe(true);
  for (const outcome of await outcomes) {
    expect(outcome).toMatchObject({ status: "rejected", reason: closed });
  }
});

test("a call that is answered in time gets its answer, before the driver is closed", async () => {
  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const order: string[] = [];
  const driver = foreignDriver(
    {
      get: async () => {
        await answered;
        order.push("answered");
        return [undefined];
      },
    },
    async () => void order.push("closed"),
  );
  const database = new Database(driver);
  const reading = new ThingRepository(database).get("a");
  await delay(0);
  const closing = database.close();
  await delay(0);
  answer();
  expect(await reading).toBeUndefined();
  await closing;
  expect(order).toEqual(["answered", "closed"]);
});

test("a call that waits for its next attempt ends at once", async () => {
  let attempts = 0;
  const get = async (): Promise<never> => {
    attempts += 1;
    // oxlint-disable-next-line typescript/only-throw-error -- drivers reject with anything
    throw "busy";
  };
  const database = new Database(foreignDriver({ get }), { attempts: 1000 });
  const reading = new ThingRepository(database).get("a");
  const outcomes = Promise.allSettled([reading]);
  await vi.waitFor(() => expect(attempts).toBeGreaterThan(0));
  await database.close();
  expect(await outcomes).toMatchObject([{ status: "rejected", reason: closed }]);
  const before = attempts;
  await delay(50);
  expect(attempts).toBe(before);
});

test("calls end with the database even if the driver throws", async () => {
  const get = (): never => {
    throw new TypeError("a driver that throws where it should reject");
  };
  const database = new Database(foreignDriver({ get }));
  const things = new ThingRepository(database);
  await expect(things.get("a")).rejects.toMatchObject({ code: "internal" });
  await database.close();
  await expect(things.get("a")).rejects.toMatchObject(closed);
});

test("a lifetime forgets the calls that have ended", async () => {
  const lifetime = new Lifetime(60_000);
  await lifetime.run(async () => 1);
  await expect(lifetime.run(async () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  // Otherwise this would take a minute.
  await lifetime.close();
  expect(() => lifetime.throwIfClosed("Database")).toThrow("Database: the database is closed.");
});
