import { createContext, runWithContext } from "@plinth/core";
import { DeclarationError, type ErrorCode } from "@plinth/core/errors";
import { Database, type Driver, type DriverCollection } from "@plinth/data";
import { memoryDriver } from "@plinth/data/memory";
import { describe, expect, test } from "vitest";
import { aNote, NoteRepository } from "../src/conformance/suite.ts";

class RawError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode) {
    super("raw");
    this.code = code;
  }
}

interface Flaky {
  readonly driver: Driver;
  /** How often a method was called. */
  readonly calls: { read: number; write: number; transact: number };
}

/** A memory driver that fails a number of times, before it does what was asked or after. */
function flaky(code: ErrorCode, failures: number, when: "before" | "after" = "before"): Flaky {
  const memory = memoryDriver();
  const calls = { read: 0, write: 0, transact: 0 };
  let left = failures;
  const failing = async <R>(call: () => Promise<R>): Promise<R> => {
    left -= 1;
    if (left < 0) return call();
    if (when === "after") await call();
    throw new RawError(code);
  };
  const driver: Driver = {
    ...memory,
    errorCode: (raw) => (raw instanceof RawError ? raw.code : memory.errorCode(raw)),
    collection: (definition) => {
      const collection: DriverCollection = memory.collection(definition);
      const get = collection.get.bind(collection);
      const write = collection.write.bind(collection);
      return Object.assign(collection, {
        get: (...call: Parameters<typeof get>) => {
          calls.read += 1;
          return failing(() => get(...call));
        },
        write: (...call: Parameters<typeof write>) => {
          calls.write += 1;
          return failing(() => write(...call));
        },
      });
    },
    transact: (...call) => {
      calls.transact += 1;
      return failing(async () => memory.transact!(...call));
    },
  };
  return { driver, calls };
}

const transient: readonly ErrorCode[] = ["unavailable", "resource_exhausted", "aborted"];

describe.each(transient)("an engine that is %s", (code) => {
  test("for a while is asked again", async () => {
    const { driver, calls } = flaky(code, 3);
    const notes = new NoteRepository(new Database(driver));
    expect(await notes.get("a")).toBeUndefined();
    expect(calls.read).toBe(4);
  });

  test("each time ends as unavailable", async () => {
    const { driver, calls } = flaky(code, 100);
    const notes = new NoteRepository(new Database(driver, { attempts: 3 }));
    const error: unknown = await notes.create(aNote()).catch((fault: unknown) => fault);
    expect(error).toMatchObject({ code: "unavailable", internalDetails: { driverCode: code } });
    expect(calls.write).toBe(3);
  });

  test("is asked no more than the deadline allows", async () => {
    const { driver, calls } = flaky(code, 100);
    const deadline = Date.now() + 60_000;
    const notes = new NoteRepository(new Database(driver, { clock: () => deadline }));
    const call = runWithContext(createContext({ deadline }), () => notes.get("a"));
    await expect(call).rejects.toMatchObject({ code: "unavailable" });
    expect(calls.read).toBe(1);
  });
});

test.each(["internal", "permission_denied", "invalid_argument", "data_loss"] as const)(
  "what is %s stays so, and is not asked again",
  async (code) => {
    const { driver, calls } = flaky(code, 100);
    const notes = new NoteRepository(new Database(driver));
    await expect(notes.get("a")).rejects.toMatchObject({
      internalDetails: { operation: 'Repository "notes", get "a"' },
    });
    expect(calls.read).toBe(1);
  },
);

test.each([new Error("raw"), new TypeError("raw"), undefined, null, "raw", 0])(
  "an error that the driver does not know (%s) is internal, and is not asked again",
  async (raw) => {
    const memory = memoryDriver();
    const calls = { get: 0, write: 0, transact: 0 };
    const failing = (method: keyof typeof calls) => (): Promise<never> => {
      calls[method] += 1;
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- drivers reject with anything
      return Promise.reject(raw);
    };
    const database = new Database({
      ...memory,
      errorCode: () => undefined,
      collection: (definition) =>
        Object.assign(memory.collection(definition), {
          get: failing("get"),
          write: failing("write"),
        }),
      transact: failing("transact"),
    });
    const notes = new NoteRepository(database);
    const internal = { code: "internal", internalDetails: { driverCode: "unknown" } };
    await expect(notes.get("a")).rejects.toMatchObject(internal);
    await expect(notes.put(aNote())).rejects.toMatchObject(internal);
    const transacting = database.transact([notes.action.put(aNote())]);
    await expect(transacting).rejects.toMatchObject(internal);
    expect(calls).toEqual({ get: 1, write: 1, transact: 1 });
  },
);

describe("reads that go together", () => {
  // By the database's clock the hurried one has no time for a pause.
  const [real, ahead] = [60_000, 3_600_000];
  const clock = (): number => Date.now() + ahead;
  const reading = (notes: InstanceType<typeof NoteRepository>, deadline: number | undefined) =>
    runWithContext(createContext({ deadline }), () => notes.get("a"));

  test.each([
    ["no deadline", () => undefined],
    ["a later one", () => Date.now() + 2 * ahead],
  ])(
    "are repeated for the caller with %s, even if the other has no time left",
    async (_name, later) => {
      const { driver, calls } = flaky("unavailable", 2);
      const notes = new NoteRepository(new Database(driver, { clock }));
      const deadlines = [Date.now() + real, later(), Date.now() + real];
      const found = await Promise.all(deadlines.map((deadline) => reading(notes, deadline)));
      expect(found).toEqual([undefined, undefined, undefined]);
      expect(calls.read).toBe(3);
    },
  );

  test("are not repeated when no caller has the time", async () => {
    const { driver, calls } = flaky("unavailable", 2);
    const notes = new NoteRepository(new Database(driver, { clock }));
    const both = [reading(notes, Date.now() + real), reading(notes, Date.now() + 2 * real)];
    for (const one of both) await expect(one).rejects.toMatchObject({ code: "unavailable" });
    expect(calls.read).toBe(1);
  });
});

describe("a write whose answer was lost", () => {
  const lost = () => flaky("unavailable", 1, "after");

  test("is found by its own revision when it is repeated", async () => {
    for (const operation of ["create", "put"] as const) {
      const notes = new NoteRepository(new Database(lost().driver));
      const note = aNote();
      const entry = await notes[operation](note);
      expect(await notes.getEntry(note)).toEqual(entry);
    }
  });

  test("of another caller stays a conflict", async () => {
    const { driver } = flaky("unavailable", 0);
    const note = aNote();
    await new NoteRepository(new Database(driver)).create(note);
    const again = new NoteRepository(new Database(driver)).create(note);
    await expect(again).rejects.toMatchObject({ code: "already_exists" });
  });

  test("does not make update count twice", async () => {
    const memory = lost();
    const notes = new NoteRepository(new Database(memory.driver));
    const note = aNote();
    await notes.create(note);
    await notes.update(note, (current) => ({ ...current, count: current.count + 1 }));
    expect((await notes.get(note))?.count).toBe(1);
  });

  test("that removed a record at its revision is unavailable: it may have been another's", async () => {
    const memory = memoryDriver();
    const note = aNote();
    let isLost = false;
    const driver: Driver = {
      ...memory,
      errorCode: () => "unavailable",
      collection: (definition) => {
        const collection = memory.collection(definition);
        const write = collection.write.bind(collection);
        return Object.assign(collection, {
          write: async (...call: Parameters<typeof write>) => {
            const outcome = await write(...call);
            if (call[0].kind === "set" || isLost) return outcome;
            isLost = true;
            throw new Error("lost");
          },
        });
      },
    };
    const notes = new NoteRepository(new Database(driver));
    const { revision } = await notes.create(note);
    await expect(notes.delete(note, { revision })).rejects.toMatchObject({ code: "unavailable" });
    expect(await notes.get(note)).toBeUndefined();
  });
});

describe("a removal of which the driver is uncertain", () => {
  test("is aborted where another writer was faster, and unavailable where the record is gone", async () => {
    const memory = memoryDriver();
    const other = new NoteRepository(new Database(memory));
    const driver: Driver = {
      ...memory,
      collection: (definition) => {
        const collection = memory.collection(definition);
        const write = collection.write.bind(collection);
        return {
          get: (...call) => collection.get(...call),
          write: async (...call) => {
            const outcome = await write(...call);
            return outcome === "refused" ? "uncertain" : outcome;
          },
        };
      },
    };
    const notes = new NoteRepository(new Database(driver));
    const [changed, gone] = [aNote(), aNote()];
    const { revision } = await notes.create(changed);
    await other.put({ ...changed, count: 5 });
    await expect(notes.delete(changed, { revision })).rejects.toMatchObject({ code: "aborted" });
    expect((await other.get(changed))?.count).toBe(5);
    const { revision: last } = await notes.create(gone);
    await other.delete(gone);
    const removing = notes.delete(gone, { revision: last });
    await expect(removing).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("a transaction whose answer was lost", () => {
  test("is found by its revisions", async () => {
    const { driver, calls } = flaky("unavailable", 1, "after");
    const database = new Database(driver);
    const notes = new NoteRepository(database);
    const [one, two] = [aNote(), aNote()];
    const results = await database.transact([notes.action.create(one), notes.action.create(two)]);
    expect(calls.transact).toBe(2);
    expect(await notes.getEntry(two)).toEqual(results[1]);
  });

  test("that stored nothing of its own is unavailable when it cannot tell", async () => {
    const memory = memoryDriver();
    const setUp = new NoteRepository(new Database(memory));
    const note = aNote();
    const { revision } = await setUp.create(note);
    let sent = 0;
    const database = new Database({
      ...memory,
      errorCode: () => "unavailable",
      transact: async (...call) => {
        sent += 1;
        const outcome = await memory.transact!(...call);
        if (sent === 1) throw new Error("lost");
        return outcome;
      },
    });
    const { action } = new NoteRepository(database);
    const transacting = database.transact([action.delete(note, { revision })]);
    await expect(transacting).rejects.toMatchObject({ code: "unavailable" });
  });
});

test.each([0, 1.5, Number.NaN])("%s attempts are refused", (attempts) => {
  expect(() => new Database(memoryDriver(), { attempts })).toThrow(DeclarationError);
});
