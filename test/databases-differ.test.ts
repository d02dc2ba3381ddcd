// What the databases do differently, as docs/differences.md tells it.
import { Database, type Driver, Repository } from "@plinth/data";
import { dynamoDbDriver } from "@plinth/data/dynamodb";
import { firestoreDriver } from "@plinth/data/firestore";
import { memoryDriver } from "@plinth/data/memory";
import { postgresDriver } from "@plinth/data/postgres";
import { startEmbeddedDynamoDB } from "@plinth/embedded-dynamodb";
import { describeWithEngine } from "@plinth/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";

interface Expected {
  /** Whether the order is promised. Local engines keep it although their clouds do not promise it. */
  readonly keepsOrder: boolean;
  readonly keepsNewer: boolean;
  /** Reads of a put with a revision: one that is applied, and one that is refused. */
  readonly readsOfPut: readonly [number, number];
}

const Item = z.object({ id: z.string(), parts: z.record(z.string(), z.number()) });
class Items extends Repository({ name: "items", schema: Item, key: ["id"] }) {}
class NewItems extends Repository({
  name: "items",
  schema: Item,
  key: ["id"],
  version: 2,
  upcasters: { 1: (old) => old },
}) {}

const collection = `differences-${process.pid}-${Date.now()}`;
const names = ["zeta", "b", "alpha", "delta10", "delta9", "omega", "a", "c"];
const parts = Object.fromEntries(names.map((name, index) => [name, index]));

function describeDifferences(createDriver: () => Driver, expected: Expected): void {
  let database: Database;
  let newer: Database;
  let reads = 0;

  beforeAll(async () => {
    const driver = createDriver();
    newer = new Database(driver);
    const counting: Driver = {
      ...driver,
      collection: (definition) => {
        const opened = driver.collection(definition);
        const get = opened.get.bind(opened);
        opened.get = (...call) => {
          reads += 1;
          return get(...call);
        };
        return opened;
      },
    };
    database = new Database(counting, { ensureSchema: true });
    await new Items(database, { collection }).open();
  });
  afterAll(() => database.close());

  test("the order of an object's properties", async () => {
    const items = new Items(database, { collection });
    await items.create({ id: "order", parts });
    const found = await items.get("order");
    expect(found?.parts).toEqual(parts);
    if (expected.keepsOrder) expect(Object.keys(found?.parts ?? {})).toEqual(names);
  });

  test("a put without a revision over a record of a newer version", async () => {
    await new NewItems(newer, { collection }).create({ id: "newer", parts });
    const put = new Items(database, { collection }).put({ id: "newer", parts: {} });
    const outcome = await put.then(
      () => "overwritten",
      (error: { code: string }) => error.code,
    );
    expect(outcome).toBe(expected.keepsNewer ? "failed_precondition" : "overwritten");
  });

  test("the reads of a put with a revision, applied and refused", async () => {
    const items = new Items(database, { collection });
    const { revision } = await items.create({ id: "cost", parts });
    reads = 0;
    await items.put({ id: "cost", parts: {} }, { revision });
    const applied = reads;
    const refused = items.put({ id: "cost", parts }, { revision });
    await expect(refused).rejects.toMatchObject({ code: "aborted" });
    expect([applied, reads - applied]).toEqual(expected.readsOfPut);
  });
}

describe("memory", () => {
  const expected: Expected = { keepsOrder: true, keepsNewer: true, readsOfPut: [0, 1] };
  describeDifferences(() => memoryDriver(), expected);
});

describe("DynamoDB", () => {
  let endpoint = "";
  beforeAll(async () => {
    const engine = await startEmbeddedDynamoDB();
    ({ endpoint } = engine);
    return () => engine.stop();
  });
  const expected: Expected = { keepsOrder: false, keepsNewer: true, readsOfPut: [0, 1] };
  describeDifferences(() => dynamoDbDriver({ region: "us-east-1", endpoint }), expected);
});

describeWithEngine("firestore", "Firestore", (endpoint) => {
  process.env["FIRESTORE_EMULATOR_HOST"] = endpoint;
  const expected: Expected = { keepsOrder: false, keepsNewer: false, readsOfPut: [1, 1] };
  describeDifferences(() => firestoreDriver({ projectId: "plinth-differences" }), expected);
});

describeWithEngine("postgres", "Postgres", (url) => {
  const expected: Expected = { keepsOrder: true, keepsNewer: true, readsOfPut: [0, 1] };
  describeDifferences(() => postgresDriver({ url }), expected);
});
