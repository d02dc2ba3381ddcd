import { randomUUID } from "node:crypto";
import { Firestore } from "@google-cloud/firestore";
import { Database } from "@plinth/data";
import { firestoreDriver } from "@plinth/data/firestore";
import { describeWithEngine } from "@plinth/testing";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { aNote, NoteRepository, type Notes } from "../src/conformance/suite.ts";
import { CuttingProxy } from "./support/cutting-proxy.ts";
import { throttledDriver } from "./support/throttled-driver.ts";

const busy = (): Error => Object.assign(new Error("injected"), { code: 8 });

describeWithEngine("firestore", "faults", (endpoint) => {
  const opened: Database[] = [];
  afterEach(() => vi.unstubAllEnvs());
  afterAll(() => Promise.all(opened.map((database) => database.close())));

  async function openNotes(driver = firestoreDriver({ projectId: "plinth-faults" })) {
    const database = new Database(driver, { ensureSchema: true });
    opened.push(database);
    const notes: Notes = new NoteRepository(database, { collection: `notes-${randomUUID()}` });
    await notes.open();
    return { database, notes };
  }

  function useEngine(address = endpoint): void {
    vi.stubEnv("FIRESTORE_EMULATOR_HOST", address);
  }

  describe("64 reads at a time", () => {
    test("are one request, with the results of 64 single ones", async () => {
      useEngine();
      const client = new Firestore({ projectId: "plinth-faults" });
      const { notes } = await openNotes(firestoreDriver({ client }));
      const stored = Array.from({ length: 64 }, (_, count) => aNote({ count }));
      await Promise.all(stored.filter((_note, n) => n % 3 > 0).map((note) => notes.create(note)));
      const single: unknown[] = [];
      for (const note of stored) single.push(await notes.get(note));
      const reading = vi.spyOn(client, "getAll");
      expect(await Promise.all(stored.map((note) => notes.get(note)))).toEqual(single);
      expect(reading).toHaveBeenCalledTimes(1);
      expect(single.filter((note) => note === undefined)).toHaveLength(22);
      await client.terminate();
    });
  });

  test("a busy engine is asked again, and nothing is lost", async () => {
    useEngine();
    const driver = firestoreDriver({ projectId: "plinth-faults" });
    const { database, notes } = await openNotes(throttledDriver(driver, 0.3, busy));
    const entries = await Promise.all(
      Array.from({ length: 20 }, (_, count) => notes.create(aNote({ count, text: "a" }))),
    );
    for (const { record, revision } of entries) {
      await database.transact([
        notes.action.replace({ ...record, text: "b" }, { revision }),
        notes.action.create(aNote({ text: "c" })),
      ]);
    }
    expect(await notes.count({ index: "byText", partition: "b" })).toBe(20);
    expect(await notes.count({ index: "byText", partition: "c" })).toBe(20);
  });

  test("an engine that stays busy is unavailable", async () => {
    useEngine();
    const driver = firestoreDriver({ projectId: "plinth-faults" });
    const always = throttledDriver(driver, 1, busy);
    const { notes: refused } = await openNotes(always);
    await expect(refused.get("a")).rejects.toMatchObject({ code: "unavailable" });
    await expect(refused.delete("a")).rejects.toMatchObject({ code: "unavailable" });
  });

  test("connections that are cut are made again", { timeout: 60_000 }, async () => {
    const { hostname, port } = new URL(`tcp://${endpoint}`);
    await using proxy = await CuttingProxy.start(hostname, Number(port));
    useEngine(proxy.address);
    const { notes } = await openNotes();
    for (let count = 0; count < 5; count += 1) {
      const creating = Promise.all(
        [1, 2, 3].map(() => notes.create(aNote({ count, text: "cut" }))),
      );
      proxy.cut("all");
      await creating;
    }
    expect(proxy.cuts).toBeGreaterThan(4);
    expect(await notes.count({ index: "byText", partition: "cut" })).toBe(15);
  });
});
