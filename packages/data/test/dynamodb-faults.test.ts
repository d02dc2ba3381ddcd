import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { Database } from "@plinth/data";
import { dynamoDbDriver } from "@plinth/data/dynamodb";
import { type EmbeddedDynamoDB, startEmbeddedDynamoDB } from "@plinth/embedded-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { aNote, NoteRepository, type Notes } from "../src/conformance/suite.ts";
import { CuttingProxy } from "./support/cutting-proxy.ts";

let engine: EmbeddedDynamoDB;
beforeAll(async () => {
  engine = await startEmbeddedDynamoDB();
});
afterAll(() => engine.stop());
beforeEach(() => {
  engine.setFaults();
});

const opened: Database[] = [];
afterAll(() => Promise.all(opened.map((database) => database.close())));

/** A client of the engine that counts what it sends. */
function countingClient(): { readonly client: DynamoDBClient; readonly sent: string[] } {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new DynamoDBClient({
    region: "us-east-1",
    endpoint: engine.endpoint,
    credentials,
    maxAttempts: 1,
  });
  const sent: string[] = [];
  client.middlewareStack.add(
    (next, context) => (given) => {
      sent.push(String(context["commandName"]));
      return next(given);
    },
    { step: "finalizeRequest" },
  );
  return { client, sent };
}

async function openNotes(driver = dynamoDbDriver({ client: countingClient().client })) {
  const database = new Database(driver, { ensureSchema: true });
  opened.push(database);
  const notes: Notes = new NoteRepository(database, { collection: `notes-${randomUUID()}` });
  await notes.open();
  return { database, notes };
}

const many = <R>(count: number, make: (n: number) => Promise<R>): Promise<R[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => make(n)));

describe("64 reads at a time", () => {
  test("are one request, with the results of 64 single ones", async () => {
    const { client, sent } = countingClient();
    const { notes } = await openNotes(dynamoDbDriver({ client }));
    const stored = Array.from({ length: 64 }, (_, count) => aNote({ count }));
    await Promise.all(stored.filter((_note, n) => n % 3 > 0).map((note) => notes.create(note)));
    const single: unknown[] = [];
    for (const note of stored) single.push(await notes.get(note));
    sent.length = 0;
    expect(await Promise.all(stored.map((note) => notes.get(note)))).toEqual(single);
    expect(sent).toEqual(["BatchGetItemCommand"]);
    expect(single.filter((note) => note === undefined)).toHaveLength(22);
  });
});

describe("a busy engine", () => {
  test("is asked again, and nothing is lost", async () => {
    const { database, notes } = await openNotes();
    engine.setFaults({ throttled: 0.2, unprocessed: 0.3, conflicts: 0.2, seed: 7 });
    const entries = await many(40, (count) => notes.create(aNote({ count, text: "a" })));
    const keys = entries.map(({ record }) => record.noteId);
    expect(await notes.getMany(keys)).toEqual(entries.map(({ record }) => record));
    await many(10, (n) =>
      database.transact(
        entries
          .slice(n * 4, n * 4 + 4)
          .map(({ record, revision }) =>
            notes.action.replace({ ...record, text: "b" }, { revision }),
          ),
      ),
    );
    expect(await notes.count({ index: "byText", partition: "b" })).toBe(40);
  });

  test("that stays busy is unavailable", async () => {
    const { database, notes } = await openNotes();
    const note = aNote();
    engine.setFaults({ throttled: 1 });
    const unavailable = { code: "unavailable" };
    await expect(notes.get(note)).rejects.toMatchObject(unavailable);
    await expect(notes.getMany([note, aNote()])).rejects.toMatchObject(unavailable);
    await expect(notes.create(note)).rejects.toMatchObject(unavailable);
    const transacting = database.transact([notes.action.create(note)]);
    await expect(transacting).rejects.toMatchObject(unavailable);
    engine.setFaults();
    expect(await notes.get(note)).toBeUndefined();
  }, 60_000);
});

describe("answers that are lost", () => {
  test("do not make a write look like another's", async () => {
    const { database, notes } = await openNotes();
    engine.setFaults({ lostAnswers: 0.3, seed: 3 });
    const entries = await many(30, (count) => notes.create(aNote({ count })));
    const replaced = await Promise.all(
      entries.map(({ record, revision }) =>
        notes.replace({ ...record, text: "once" }, { revision }),
      ),
    );
    const results = await Promise.all(
      replaced.map(({ record, revision }) =>
        database.transact([notes.action.replace({ ...record, text: "twice" }, { revision })]),
      ),
    );
    engine.setFaults();
    for (const [entry] of results) {
      expect(await notes.getEntry(entry.record)).toEqual(entry);
      expect(entry.record.text).toBe("twice");
    }
  });
});

test("connections that are cut are made again", async () => {
  const { hostname, port } = new URL(engine.endpoint);
  await using proxy = await CuttingProxy.start(hostname, Number(port));
  const { notes } = await openNotes(
    dynamoDbDriver({ region: "us-east-1", endpoint: `http://${proxy.address}` }),
  );
  for (let count = 0; count < 20; count += 1) {
    const creating = many(4, () => notes.create(aNote({ count, text: "cut" })));
    proxy.cut("all");
    await creating;
  }
  expect(proxy.cuts).toBeGreaterThan(10);
  expect(await notes.count({ index: "byText", partition: "cut" })).toBe(80);
});
