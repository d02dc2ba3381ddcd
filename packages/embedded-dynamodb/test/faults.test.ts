import {
  ProvisionedThroughputExceededException,
  TransactionCanceledException,
} from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactGetCommand,
  TransactWriteCommand,
} from "@aws-sdk/lib-dynamodb";
import { afterEach, expect, test } from "vitest";
import { startEmbeddedDynamoDB } from "../src/index.ts";
import { allIds, clientOf, createTable, rejection, useEmbedded } from "./support.ts";

const engine = useEmbedded();
afterEach(() => engine().setFaults());

const put = (TableName: string, id: string, more: object = {}) =>
  engine().documents.send(new PutCommand({ TableName, Item: { id, ...more } }));
const transactPut = (TableName: string, ...ids: string[]) =>
  engine().documents.send(
    new TransactWriteCommand({
      TransactItems: ids.map((id) => ({ Put: { TableName, Item: { id } } })),
    }),
  );

test("throttled requests have no effect, and the share is about kept", async () => {
  const TableName = await createTable(engine().client);
  engine().setFaults({ throttled: 0.25, seed: 7 });
  const ids = Array.from({ length: 200 }, (_, n) => `id-${n}`);
  const done: string[] = [];
  for (const id of ids) {
    try {
      await put(TableName, id);
      done.push(id);
    } catch (error) {
      expect(error).toBeInstanceOf(ProvisionedThroughputExceededException);
    }
  }
  engine().setFaults();
  expect(done.length).toBeGreaterThan(120);
  expect(done.length).toBeLessThan(180);
  expect(await allIds(engine, TableName)).toEqual(done.toSorted());
});

test("the same seed gives the same faults", async () => {
  const TableName = await createTable(engine().client);
  const run = async (seed: number) => {
    engine().setFaults({ throttled: 0.5, seed });
    let outcomes = "";
    for (let n = 0; n < 40; n++) {
      outcomes += await put(TableName, "a").then(
        () => "+",
        () => "-",
      );
    }
    return outcomes;
  };
  const first = await run(1);
  expect(await run(1)).toBe(first);
  expect(await run(2)).not.toBe(first);
});

test("every kind of read and write is throttled, and operations on tables are not", async () => {
  const TableName = await createTable(engine().client);
  engine().setFaults({ throttled: 1 });
  const { documents } = engine();
  const Key = { id: "a" };
  const sent = [
    put(TableName, "a"),
    documents.send(new GetCommand({ TableName, Key })),
    documents.send(new ScanCommand({ TableName })),
    documents.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: "id = :id",
        ExpressionAttributeValues: { ":id": "a" },
      }),
    ),
    documents.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [Key] } } })),
    documents.send(
      new BatchWriteCommand({ RequestItems: { [TableName]: [{ DeleteRequest: { Key } }] } }),
    ),
  ];
  for (const promise of sent) {
    expect((await rejection(promise)).name).toBe("ProvisionedThroughputExceededException");
  }
  await createTable(engine().client);
});

test("transactions meet throttling in both of its forms", async () => {
  const TableName = await createTable(engine().client);
  engine().setFaults({ throttled: 1 });
  const forms = new Set<string | undefined>();
  for (let n = 0; n < 20; n++) {
    const error = await rejection(transactPut(TableName, "a", "b"));
    if (!(error instanceof TransactionCanceledException)) forms.add(error.name);
    else forms.add(error.CancellationReasons?.map(({ Code }) => Code).join());
  }
  expect(forms).toEqual(
    new Set(["ProvisionedThroughputExceededException", "ProvisionedThroughputExceeded,None"]),
  );
  const get = { Get: { TableName, Key: { id: "a" } } };
  await rejection(engine().documents.send(new TransactGetCommand({ TransactItems: [get] })));
});

test("a client with retries gets through", async () => {
  const TableName = await createTable(engine().client);
  engine().setFaults({ throttled: 0.3, lostAnswers: 0.1 });
  const patient = clientOf(engine().endpoint, 10);
  const documents = DynamoDBDocumentClient.from(patient);
  const ids = Array.from({ length: 12 }, (_, n) => `id-${n}`);
  await Promise.all(ids.map((id) => documents.send(new PutCommand({ TableName, Item: { id } }))));
  engine().setFaults();
  patient.destroy();
  expect(await allIds(engine, TableName)).toEqual(ids.toSorted());
});

test("batches leave some keys out, with all that is needed to ask again", async () => {
  const TableName = await createTable(engine().client);
  const ids = Array.from({ length: 40 }, (_, n) => `id-${n}`);
  for (const id of ids) await put(TableName, id, { value: 1, other: 2 });
  engine().setFaults({ unprocessed: 0.5 });
  const settings = {
    ProjectionExpression: "id, #v",
    ExpressionAttributeNames: { "#v": "value" },
    ConsistentRead: true,
  };
  const read: Record<string, unknown>[] = [];
  let requests = 0;
  let left: Record<string, unknown>[] = ids.map((id) => ({ id }));
  while (left.length > 0) {
    requests++;
    const request = new BatchGetCommand({
      RequestItems: { [TableName]: { ...settings, Keys: left } },
    });
    try {
      const { Responses, UnprocessedKeys } = await engine().documents.send(request);
      read.push(...(Responses?.[TableName] ?? []));
      const rest = UnprocessedKeys?.[TableName];
      if (rest !== undefined) expect(rest).toEqual({ ...settings, Keys: rest.Keys });
      left = rest?.Keys ?? [];
    } catch (error) {
      // None of the keys was read.
      expect(error).toBeInstanceOf(ProvisionedThroughputExceededException);
    }
  }
  expect(requests).toBeGreaterThan(2);
  expect(read).toHaveLength(40);
  expect(new Set(read.map(({ id }) => id))).toEqual(new Set(ids));
  expect(read[0]).toEqual({ id: read[0]?.["id"], value: 1 });
});

test("batches leave some writes out", async () => {
  const TableName = await createTable(engine().client);
  engine().setFaults({ unprocessed: 0.5 });
  const ids = Array.from({ length: 25 }, (_, n) => `id-${n}`);
  const { UnprocessedItems } = await engine().documents.send(
    new BatchWriteCommand({
      RequestItems: { [TableName]: ids.map((id) => ({ PutRequest: { Item: { id } } })) },
    }),
  );
  const left = (UnprocessedItems?.[TableName] ?? []).map(
    ({ PutRequest }) => PutRequest?.Item?.["id"] as string,
  );
  expect(left.length).toBeGreaterThan(0);
  expect(left.length).toBeLessThan(25);
  expect(await allIds(engine, TableName)).toEqual(
    ids.filter((id) => !left.includes(id)).toSorted(),
  );
});

test("a batch with no entry left is throttled; an invalid one is refused with any faults", async () => {
  const TableName = await createTable(engine().client);
  engine().setFaults({ unprocessed: 1 });
  const batch = (Keys: Record<string, unknown>[]) =>
    rejection(
      engine().documents.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys } } })),
    );
  expect((await batch([{ id: "a" }])).name).toBe("ProvisionedThroughputExceededException");
  expect((await batch([{ id: "a" }, { id: "a" }])).name).toBe("ValidationException");
});

test("conflicts have no effect", async () => {
  const TableName = await createTable(engine().client);
  engine().setFaults({ conflicts: 1 });
  const error = await rejection(transactPut(TableName, "a", "b"));
  const reasons = (error as TransactionCanceledException).CancellationReasons;
  expect(reasons?.map(({ Code }) => Code)).toEqual(["TransactionConflict", "None"]);
  expect((await rejection(put(TableName, "a"))).name).toBe("TransactionConflictException");
  expect(await allIds(engine, TableName)).toEqual([]);
});

test("a lost answer belongs to a request that was carried out", async () => {
  const TableName = await createTable(engine().client);
  engine().setFaults({ lostAnswers: 1 });
  const error = await rejection(transactPut(TableName, "a"));
  expect(error).not.toHaveProperty("$response.statusCode", 400);
  engine().setFaults();
  expect(await allIds(engine, TableName)).toEqual(["a"]);
});

test.for([{ throttled: 1.5 }, { unprocessed: -0.1 }, { conflicts: NaN }])(
  "%o is refused",
  async (faults) => {
    await expect(startEmbeddedDynamoDB({ faults })).rejects.toThrow(
      /faults\.\w+ is a share from 0 to 1/,
    );
  },
);
