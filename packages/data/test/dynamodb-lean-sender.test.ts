import * as tables from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import type { ItemSender } from "../src/dynamodb/item-sender.ts";
import { leanSender } from "../src/dynamodb/lean-sender.ts";
import {
  type IncomingResponse,
  type OutgoingRequest,
  RequestHandler,
} from "../src/dynamodb/request-handler.ts";

/** Answers as told, one after the other, and keeps what was asked. */
class ScriptedHandler extends RequestHandler {
  readonly requests: OutgoingRequest[] = [];
  readonly signals: (AbortSignal | undefined)[] = [];
  readonly #answers: (readonly [status: number, body: string])[];

  constructor(answers: readonly (readonly [status: number, body: string])[]) {
    super({ connection: 1000, request: 1000 });
    this.#answers = [...answers];
  }

  override handle(
    request: OutgoingRequest,
    { abortSignal }: { readonly abortSignal?: AbortSignal } = {},
  ): Promise<{ response: IncomingResponse }> {
    this.requests.push({ ...request, headers: { ...request.headers } });
    this.signals.push(abortSignal);
    const [statusCode, body] = this.#answers.shift() ?? [500, ""];
    return Promise.resolve({
      response: { statusCode, reason: "", headers: {}, body: Buffer.from(body) },
    });
  }
}

function senderOf(...answers: readonly (readonly [status: number, body: string])[]): {
  sender: ItemSender;
  handler: ScriptedHandler;
} {
  const handler = new ScriptedHandler(answers);
  const client = new tables.DynamoDBClient({
    region: "us-east-1",
    endpoint: "http://127.0.0.1:8000",
    credentials: { accessKeyId: "a", secretAccessKey: "b", sessionToken: "c" },
    maxAttempts: 3,
    requestHandler: handler as object,
  });
  const sender = leanSender(tables, client, handler);
  if (sender === undefined) throw new Error("The SDK has other steps.");
  return { sender, handler };
}

const get = { TableName: "t", Key: { key: "k" } };
const item = {
  name: { S: "ü" },
  count: { N: "1.50" },
  list: { L: [{ BOOL: true }, { NULL: true }, { M: { deep: { S: "" } } }] },
};
const plain = { name: "ü", count: 1.5, list: [true, null, { deep: "" }] };

test("a request is written in one step, and signed by the SDK", async () => {
  const { sender, handler } = senderOf([200, "{}"]);
  const Item = { ...plain, count: 1e-7, mark: Uint8Array.of(0), left: undefined };
  await sender.put(
    { TableName: "t", Item, ExpressionAttributeValues: { ":now": 5 }, ConditionExpression: "c" },
    {},
  );
  const [request] = handler.requests;
  expect(JSON.parse(String(request?.body))).toEqual({
    TableName: "t",
    Item: { ...item, count: { N: "1e-7" }, mark: { B: "AA==" } },
    ExpressionAttributeValues: { ":now": { N: "5" } },
    ConditionExpression: "c",
  });
  expect(request).toMatchObject({
    method: "POST",
    protocol: "http:",
    hostname: "127.0.0.1",
    port: 8000,
    path: "/",
  });
  expect(request?.headers).toMatchObject({
    "content-type": "application/x-amz-json-1.0",
    "content-length": String(Buffer.byteLength(String(request?.body))),
    "x-amz-target": "DynamoDB_20120810.PutItem",
    "x-amz-security-token": "c",
    host: "127.0.0.1:8000",
    "amz-sdk-request": "attempt=1; max=3",
  });
  expect(request?.headers["authorization"]).toContain("/us-east-1/dynamodb/aws4_request");
});

test("each operation is asked for by its name", async () => {
  const { sender, handler } = senderOf(...Array.from({ length: 5 }, () => [200, "{}"] as const));
  await sender.delete(get, {});
  await sender.get(get, {});
  await sender.batchGet({ RequestItems: { t: { Keys: [{ key: "k" }] } } }, {});
  await sender.query({ TableName: "t" }, {});
  await sender.scan({ TableName: "t", ExclusiveStartKey: { key: "k" } }, {});
  expect(
    handler.requests.map(({ headers, body }) => [
      headers["x-amz-target"],
      JSON.parse(String(body)),
    ]),
  ).toEqual([
    ["DynamoDB_20120810.DeleteItem", { TableName: "t", Key: { key: { S: "k" } } }],
    ["DynamoDB_20120810.GetItem", { TableName: "t", Key: { key: { S: "k" } } }],
    ["DynamoDB_20120810.BatchGetItem", { RequestItems: { t: { Keys: [{ key: { S: "k" } }] } } }],
    ["DynamoDB_20120810.Query", { TableName: "t" }],
    ["DynamoDB_20120810.Scan", { TableName: "t", ExclusiveStartKey: { key: { S: "k" } } }],
  ]);
});

test("an answer is read in one step", async () => {
  const { sender } = senderOf([200, JSON.stringify({ Item: item })]);
  expect((await sender.get(get, {})).Item).toEqual(plain);
});

test("nothing found is nothing", async () => {
  expect((await senderOf([200, "{}"]).sender.get(get, {})).Item).toBeUndefined();
});

test("pages say where they end", async () => {
  const answer = { Items: [item, item], Count: 2, ScannedCount: 2, LastEvaluatedKey: item };
  const { sender } = senderOf([200, JSON.stringify(answer)]);
  const expected = { Items: [plain, plain], Count: 2, LastEvaluatedKey: plain };
  expect(await sender.query({ TableName: "t" }, {})).toMatchObject(expected);
});

test("batches say what was left out", async () => {
  const UnprocessedKeys = { t: { Keys: [{ key: { S: "k" } }], ConsistentRead: true } };
  const { sender } = senderOf([200, JSON.stringify({ Responses: { t: [item] }, UnprocessedKeys })]);
  const input = { RequestItems: { t: { Keys: [{ key: "k" }] } } };
  expect(await sender.batchGet(input, {})).toMatchObject({
    Responses: { t: [plain] },
    UnprocessedKeys: { t: { Keys: [{ key: "k" }], ConsistentRead: true } },
  });
});

test.each([
  ["binary values", { B: "AA==" }, Uint8Array.of(0)],
  ["sets of texts", { SS: ["a"] }, new Set(["a"])],
  ["sets of numbers", { NS: ["1"] }, new Set(["1"])],
])("%s are kept apart from what repositories write", async (_what, value, expected) => {
  const { sender } = senderOf([200, JSON.stringify({ Item: { b: value } })]);
  expect((await sender.get(get, {})).Item).toEqual({ b: expected });
});

test("a kind of value that there is not is an error", async () => {
  const { sender } = senderOf([200, '{"Item":{"b":{"X":"a"}}}']);
  await expect(sender.get(get, {})).rejects.toMatchObject({ code: "data_loss" });
});

test("errors are read by the SDK", async () => {
  const body = '{"__type":"com.amazonaws#ConditionalCheckFailedException","message":"no"}';
  const { sender, handler } = senderOf([400, body]);
  await expect(sender.put({ TableName: "t", Item: {} }, {})).rejects.toMatchObject({
    name: "ConditionalCheckFailedException",
    message: "no",
    $metadata: { httpStatusCode: 400, attempts: 1 },
  });
  expect(handler.requests).toHaveLength(1);
});

test("a transient failure is sent again by the SDK, with a new signature", async () => {
  const { sender, handler } = senderOf([500, ""], [200, JSON.stringify({ Item: item })]);
  expect((await sender.get(get, {})).Item).toEqual(plain);
  expect(handler.requests.map(({ headers }) => headers["amz-sdk-request"])).toEqual([
    "attempt=1; max=3",
    "attempt=2; max=3",
  ]);
});

test("what is no JSON is an error", async () => {
  const { sender } = senderOf([200, "{"]);
  await expect(sender.get(get, {})).rejects.toBeInstanceOf(SyntaxError);
});

test("each request has the signal of its own call", async () => {
  const { sender, handler } = senderOf([200, "{}"], [200, "{}"]);
  const { signal } = new AbortController();
  await Promise.all([sender.get(get, { signal }), sender.get(get, {})]);
  expect(handler.signals).toEqual([signal, undefined]);
});

test("an SDK with its steps in other places is left alone", () => {
  const handler = new ScriptedHandler([]);
  const client = new tables.DynamoDBClient({ region: "us-east-1" });
  client.middlewareStack.remove("serializerMiddleware");
  expect(leanSender(tables, client, handler)).toBeUndefined();
});
