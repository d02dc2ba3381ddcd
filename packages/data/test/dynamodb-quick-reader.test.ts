import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
} from "@aws-sdk/lib-dynamodb";
import { expect, test } from "vitest";
import { QuickReader } from "../src/dynamodb/quick-reader.ts";
import type { IncomingResponse, OutgoingRequest } from "../src/dynamodb/request-handler.ts";

/** A client that gets one answer, and what was left of it for the SDK. */
function clientOf(statusCode: number, answer: string) {
  const reader = new QuickReader();
  const left: string[] = [];
  const client = new DynamoDBClient({
    region: "us-east-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    maxAttempts: 1,
    requestHandler: {
      handle: async (request: OutgoingRequest) => {
        const response: IncomingResponse = {
          statusCode,
          reason: "",
          headers: { "x-amzn-requestid": "r1" },
          body: Buffer.from(answer),
        };
        const rest = reader.take(request, response);
        left.push(Buffer.from(rest.body).toString());
        return { response: rest };
      },
    } as never,
  });
  reader.addTo(client);
  return { client: DynamoDBDocumentClient.from(client), left };
}

const get = new GetCommand({ TableName: "t", Key: { key: "k" } });

const item = {
  name: { S: "ü" },
  count: { N: "1.50" },
  list: { L: [{ BOOL: true }, { NULL: true }, { M: { deep: { S: "" } } }] },
};
const native = { name: "ü", count: 1.5, list: [true, null, { deep: "" }] };

test("an item is read in one step, and stands where the SDK puts it", async () => {
  const { client, left } = clientOf(200, JSON.stringify({ Item: item }));
  const output = await client.send(get);
  expect(output.Item).toEqual(native);
  expect(output.$metadata).toMatchObject({ httpStatusCode: 200, requestId: "r1", attempts: 1 });
  expect(left).toEqual(["{}"]);
});

test("nothing found is nothing", async () => {
  expect((await clientOf(200, "{}").client.send(get)).Item).toBeUndefined();
});

test("pages say where they end", async () => {
  const answer = { Items: [item, item], Count: 2, ScannedCount: 2, LastEvaluatedKey: item };
  const { client } = clientOf(200, JSON.stringify(answer));
  const query = new QueryCommand({ TableName: "t", KeyConditionExpression: "a = b" });
  const expected = { Items: [native, native], Count: 2, ScannedCount: 2, LastEvaluatedKey: native };
  expect(await client.send(query)).toMatchObject(expected);
});

test("batches say what was left out", async () => {
  const answer = {
    Responses: { t: [item] },
    UnprocessedKeys: { t: { Keys: [{ key: { S: "k" } }], ConsistentRead: true } },
  };
  const { client } = clientOf(200, JSON.stringify(answer));
  const batch = new BatchGetCommand({ RequestItems: { t: { Keys: [{ key: "k" }] } } });
  expect(await client.send(batch)).toMatchObject({
    Responses: { t: [native] },
    UnprocessedKeys: { t: { Keys: [{ key: "k" }], ConsistentRead: true } },
  });
});

test.each([
  ["binary values", '{"Item":{"b":{"B":"AA=="}}}', { b: Uint8Array.of(0) }],
  ["sets", '{"Item":{"b":{"SS":["a"]}}}', { b: new Set(["a"]) }],
])("%s are left to the SDK", async (_what, answer, item) => {
  const { client, left } = clientOf(200, answer);
  expect((await client.send(get)).Item).toEqual(item);
  expect(left).toEqual([answer]);
});

test("errors are left to the SDK", async () => {
  const { client } = clientOf(
    400,
    '{"__type":"com.amazonaws#ThrottlingException","message":"slow"}',
  );
  await expect(client.send(get)).rejects.toMatchObject({ name: "ThrottlingException" });
});

test("what is no JSON is left to the SDK", async () => {
  const { client } = clientOf(200, "{");
  await expect(client.send(get)).rejects.toBeInstanceOf(SyntaxError);
});

test("answers without items are left to the SDK", async () => {
  const answer = '{"TableNames":["t"]}';
  const { client, left } = clientOf(200, answer);
  expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual(["t"]);
  expect(left).toEqual([answer]);
});
