import { randomUUID } from "node:crypto";
import {
  CreateTableCommand,
  type DescribeTableCommandOutput,
  DynamoDBClient,
  type GlobalSecondaryIndex,
} from "@aws-sdk/client-dynamodb";
import type { CollectionDefinition, Driver } from "@plinth/data";
import { dynamoDbDriver } from "@plinth/data/dynamodb";
import { describeWithEngine } from "@plinth/testing";
import { startEmbeddedDynamoDB } from "@plinth/embedded-dynamodb";
import { afterAll, expect, test } from "vitest";
import { connect } from "../src/dynamodb/connect.ts";
import { tableFaults } from "../src/dynamodb/table-faults.ts";
import { tableDefinition } from "../src/dynamodb/table-definition.ts";
import { ensureTable } from "../src/dynamodb/table.ts";
import { Moto, skipReason } from "./support/moto.ts";

function aDefinition(more: Partial<CollectionDefinition> = {}): CollectionDefinition {
  return { name: `table-${randomUUID()}`, indexes: [], expires: false, ...more };
}

describeWithEngine("dynamodb", "tables", (endpoint) => {
  const driver: Driver = dynamoDbDriver({ region: "us-east-1", endpoint });
  afterAll(() => driver.close());

  const ensure = async (definition: CollectionDefinition): Promise<void> =>
    driver.collection(definition).ensureSchema?.({});
  const check = async (definition: CollectionDefinition): Promise<readonly string[] | undefined> =>
    driver.collection(definition).checkSchema?.({});

  test("a missing table is named", async () => {
    const definition = aDefinition();
    expect(await check(definition)).toEqual([`The table "${definition.name}" does not exist.`]);
  });

  test("an index that is not ready in time is named", async () => {
    const before = aDefinition();
    await ensure(before);
    const connected = await connect({ region: "us-east-1", endpoint });
    // The engine takes its time for a new index, and now and then none at all.
    connected.client.middlewareStack.add((next) => async (request) => {
      const answer = await next(request);
      const { Table } = answer.output as DescribeTableCommandOutput;
      for (const index of Table?.GlobalSecondaryIndexes ?? []) index.IndexStatus = "CREATING";
      return answer;
    });
    const ensuring = ensureTable(connected, { ...before, indexes: ["byName"] }, {}, 300);
    await expect(ensuring).rejects.toMatchObject({
      code: "failed_precondition",
      message: expect.stringContaining('The index "byName-index"'),
    });
    connected.client.destroy();
  });

  test("eight callers at a time are no error", async () => {
    const definition = aDefinition({ indexes: ["byName"], expires: true });
    await Promise.all(Array.from({ length: 8 }, () => ensure(definition)));
    expect(await check(definition)).toEqual([]);
  });

  test.each(["KEYS_ONLY", "INCLUDE"] as const)(
    "an index with the projection %s is named, and not taken for ours",
    async (ProjectionType) => {
      const definition = aDefinition({ indexes: ["byName"] });
      const table = tableDefinition(definition);
      const [index] = table.GlobalSecondaryIndexes ?? [];
      const credentials = { accessKeyId: "local", secretAccessKey: "local" };
      const client = new DynamoDBClient({ region: "us-east-1", endpoint, credentials });
      const Projection = {
        ProjectionType,
        ...(ProjectionType === "INCLUDE" && { NonKeyAttributes: ["name"] }),
      };
      await client.send(
        new CreateTableCommand({
          ...table,
          GlobalSecondaryIndexes: [{ ...index, Projection } as GlobalSecondaryIndex],
        }),
      );
      client.destroy();
      const fault = `The index "byName-index" of the table "${definition.name}" has the projection ${ProjectionType}, not ALL.`;
      expect(await check(definition)).toEqual([fault]);
      await expect(ensure(definition)).rejects.toMatchObject({
        code: "failed_precondition",
        message: expect.stringContaining(fault),
      });
    },
  );

  test("a table of somebody else's is not taken for ours", async () => {
    const definition = aDefinition();
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const client = new DynamoDBClient({ region: "us-east-1", endpoint, credentials });
    await client.send(
      new CreateTableCommand({
        TableName: definition.name,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      }),
    );
    client.destroy();
    expect(await check(definition)).toEqual([
      `The table "${definition.name}" does not have the key _key.`,
    ]);
  });
});

test("an index that does not project whole records is a fault", () => {
  const definition = aDefinition({ name: "things", indexes: ["byName", "byRank"] });
  const { KeySchema, GlobalSecondaryIndexes = [] } = tableDefinition(definition);
  const [first, second] = GlobalSecondaryIndexes;
  const faultsWith = (Projection: object): readonly string[] =>
    tableFaults(
      definition,
      {
        TableStatus: "ACTIVE",
        KeySchema,
        GlobalSecondaryIndexes: [first, { ...second, Projection }] as never,
      },
      undefined,
    );
  expect(faultsWith({ ProjectionType: "ALL" })).toEqual([]);
  for (const ProjectionType of ["KEYS_ONLY", "INCLUDE"]) {
    expect(faultsWith({ ProjectionType, NonKeyAttributes: ["name"] })).toEqual([
      `The index "byRank-index" of the table "things" has the projection ${ProjectionType}, not ALL.`,
    ]);
  }
});

const noMoto = skipReason("moto_server", 'pip install "moto[server]"');

test.skipIf(noMoto !== "")(
  `indexes and time to live that are declared later are named, then added${noMoto}`,
  { timeout: 60_000 },
  async () => {
    await using moto = await Moto.start();
    const driver = dynamoDbDriver({ region: "us-east-1", endpoint: moto.endpoint });
    const before = aDefinition();
    await driver.collection(before).ensureSchema?.({});
    const later = { ...before, indexes: ["byName", "x"], expires: true };
    expect(await driver.collection(later).checkSchema?.({})).toEqual([
      `The table "${before.name}" has no index "byName-index".`,
      `The table "${before.name}" has no index "x-index".`,
      `The table "${before.name}" has no time to live on the attribute _timeToLive.`,
    ]);
    await driver.collection(later).ensureSchema?.({});
    expect(await driver.collection(later).checkSchema?.({})).toEqual([]);
    expect(await driver.collection(before).checkSchema?.({})).toEqual([]);
    const record = {
      key: "a",
      revision: "r",
      schemaVersion: 1,
      data: {},
      indexes: { x: { partition: "p", sort: "s" } },
    };
    const collection = driver.collection(later);
    await collection.write({ kind: "set", record, condition: { kind: "none" } }, {});
    const query = { index: "x", partition: "p", order: "ascending", limit: 1 } as const;
    expect((await collection.query?.(query, {}))?.records).toEqual([record]);
    await driver.close();
  },
);

test("an engine that cannot add an index says so", async () => {
  const engine = await startEmbeddedDynamoDB();
  const driver = dynamoDbDriver({ region: "us-east-1", endpoint: engine.endpoint });
  const before = aDefinition();
  await driver.collection(before).ensureSchema?.({});
  const adding = driver.collection({ ...before, indexes: ["byName"] }).ensureSchema?.({});
  await expect(adding).rejects.toThrow(/cannot add or remove an index/);
  await driver.close();
  await engine.stop();
});

test("an index under the right name with other keys, or not built yet, is a fault", () => {
  const definition = aDefinition({ name: "things", indexes: ["byName"] });
  const { KeySchema, GlobalSecondaryIndexes = [] } = tableDefinition(definition);
  const [index] = GlobalSecondaryIndexes;
  const table = (more: object) => ({
    TableStatus: "ACTIVE" as const,
    KeySchema,
    GlobalSecondaryIndexes: [{ ...index, ...more }],
  });
  expect(tableFaults(definition, table({}), undefined)).toEqual([]);
  expect(tableFaults(definition, table({ KeySchema }), undefined)).toEqual([
    'The index "byName-index" of the table "things" does not have the key _byName_partition, _byName_sort.',
  ]);
  expect(tableFaults(definition, table({ IndexStatus: "CREATING" }), undefined)).toEqual([
    'The index "byName-index" of the table "things" is CREATING.',
  ]);
});
