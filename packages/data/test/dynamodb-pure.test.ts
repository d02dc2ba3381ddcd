import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type BatchGetCommandInput, DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { describe, expect, test } from "vitest";
import { connect } from "../src/dynamodb/connect.ts";
import { toConditionParameters } from "../src/dynamodb/condition.ts";
import { configuredEndpoint, wantsLocalCredentials } from "../src/dynamodb/endpoint.ts";
import { dynamoDbErrorCode } from "../src/dynamodb/error-code.ts";
import { getItems } from "../src/dynamodb/get-items.ts";
import { fromItem, toItem, toItemKey } from "../src/dynamodb/item.ts";
import { markEmptyStrings, toJson, translation } from "../src/dynamodb/native-value.ts";

const record = {
  key: "k",
  revision: "r",
  schemaVersion: 1,
  indexes: {},
  data: { a: "", b: [1, null, true, { c: "x", d: "" }], key: "own" },
};

describe("items", () => {
  test("fields are at the top level, beside the metadata", () => {
    expect(toItem(record, false)).toEqual({
      _key: "k",
      _revision: "r",
      _schemaVersion: 1,
      a: "",
      b: [1, null, true, { c: "x", d: "" }],
      key: "own",
    });
  });

  test.each([true, false])("come back the same, empty strings marked: %s", (marked) => {
    expect(fromItem(structuredClone(toItem(record, marked)), [])).toEqual(record);
  });

  test("an empty string is marked only where the engine refuses it", () => {
    expect(markEmptyStrings({ a: "", b: [{ c: "" }] })).toEqual({
      a: Uint8Array.of(0),
      b: [{ c: Uint8Array.of(0) }],
    });
  });

  test.each(["_key", "_revision", "_schemaVersion"])("without %s are not ours", (attribute) => {
    const item = toItem(record, false);
    delete item[attribute];
    expect(() => fromItem(item, [])).toThrow(expect.objectContaining({ code: "data_loss" }));
  });

  test("a set, which we never write, is not taken for something else", () => {
    expect(() => toJson({ a: [new Set(["x"])] })).toThrow(
      expect.objectContaining({ code: "data_loss" }),
    );
  });

  test("an attribute __proto__ of a foreign item is found out", () => {
    expect(() => toJson({ a: Object.create({ p: "x" }) as object })).toThrow(
      expect.objectContaining({ code: "data_loss" }),
    );
  });
});

test("a client that is shared keeps the translation options of each of its users", async () => {
  const client = new DynamoDBClient({ region: "us-east-1" });
  const theirs = DynamoDBDocumentClient.from(client, { marshallOptions: {} });
  const { documents } = await connect({ client });
  expect(documents.config.translateConfig).toBe(translation);
  expect(theirs.config.translateConfig).not.toBe(translation);
  DynamoDBDocumentClient.from(client, { marshallOptions: { convertEmptyValues: true } });
  expect(documents.config.translateConfig).toBe(translation);
  expect(documents.config.credentials).toBe(client.config.credentials);
});

describe("conditions", () => {
  test("say nothing of time where no record can have expired", () => {
    expect(toConditionParameters({ kind: "none" }, true)).toEqual({});
    expect(toConditionParameters({ kind: "absent", now: 5 }, false)).toEqual({
      ConditionExpression: "attribute_not_exists(#key)",
      ExpressionAttributeNames: { "#key": "_key" },
    });
    expect(toConditionParameters({ kind: "present", now: 5 }, false)).toEqual({
      ConditionExpression: "attribute_exists(#key)",
      ExpressionAttributeNames: { "#key": "_key" },
    });
    expect(toConditionParameters({ kind: "revision", revision: "r", now: 5 }, false)).toEqual({
      ConditionExpression: "#revision = :revision",
      ExpressionAttributeNames: { "#revision": "_revision" },
      ExpressionAttributeValues: { ":revision": "r" },
    });
  });

  test("count an expired record as absent", () => {
    expect(toConditionParameters({ kind: "absent", now: 5 }, true)).toMatchObject({
      ConditionExpression: "attribute_not_exists(#key) OR #expiresAt <= :now",
      ExpressionAttributeValues: { ":now": 5 },
    });
    expect(toConditionParameters({ kind: "revision", revision: "r", now: 5 }, true)).toEqual({
      ConditionExpression:
        "#revision = :revision AND (attribute_not_exists(#expiresAt) OR #expiresAt > :now)",
      ExpressionAttributeNames: { "#revision": "_revision", "#expiresAt": "_expiresAt" },
      ExpressionAttributeValues: { ":revision": "r", ":now": 5 },
    });
  });
});

describe("error codes", () => {
  const named = (name: string, more: object = {}): Error =>
    Object.assign(new Error("raw"), { name }, more);

  test.each([
    [named("ThrottlingException"), "resource_exhausted"],
    [named("ResourceNotFoundException"), "failed_precondition"],
    [named("AccessDeniedException"), "permission_denied"],
    [named("Error", { code: "ECONNREFUSED" }), "unavailable"],
    [new AggregateError([named("Error", { code: "ECONNREFUSED" })]), "unavailable"],
    [named("Strange", { $metadata: { httpStatusCode: 503 } }), "unavailable"],
    [named("Strange", { $metadata: { httpStatusCode: 400 } }), undefined],
    [named("toString"), undefined],
    ["text", undefined],
    [undefined, undefined],
  ])("%s is %s", (raw, code) => {
    expect(dynamoDbErrorCode(raw)).toBe(code);
  });
});

describe("batches", () => {
  const keys = ["a", "b", "c"];

  test("keys that were left out are asked for again", async () => {
    const requests: BatchGetCommandInput[] = [];
    const waits: number[] = [];
    const found = await getItems(
      async (input) => {
        requests.push(input);
        const [first, ...rest] = input.RequestItems?.["t"]?.Keys ?? [];
        const Responses = { t: first === undefined ? [] : [first] };
        return rest.length === 0
          ? { Responses }
          : { Responses, UnprocessedKeys: { t: { Keys: rest, ConsistentRead: true } } };
      },
      "t",
      keys,
      {},
      async (milliseconds) => waits.push(milliseconds),
    );
    expect([...found.keys()]).toEqual(keys);
    expect(requests.map((input) => input.RequestItems?.["t"]?.Keys)).toEqual([
      keys.map(toItemKey),
      ["b", "c"].map(toItemKey),
      ["c"].map(toItemKey),
    ]);
    expect(requests.every((input) => input.RequestItems?.["t"]?.ConsistentRead)).toBe(true);
    expect(waits).toHaveLength(2);
  });

  test("keys that are left out each time end as resource_exhausted", async () => {
    let requests = 0;
    const reading = getItems(
      async (input) => {
        requests += 1;
        return { UnprocessedKeys: input.RequestItems };
      },
      "t",
      keys,
      {},
      async () => undefined,
    );
    await expect(reading).rejects.toMatchObject({ code: "resource_exhausted" });
    expect(requests).toBe(8);
  });
});

describe("endpoint and credentials", () => {
  test("the option wins over the variables", () => {
    const environment = { AWS_ENDPOINT_URL_DYNAMODB: "http://b", AWS_ENDPOINT_URL: "http://c" };
    expect(configuredEndpoint("http://a", environment)).toBe("http://a");
    expect(configuredEndpoint(undefined, environment)).toBe("http://b");
    expect(configuredEndpoint(undefined, { AWS_ENDPOINT_URL: "http://c" })).toBe("http://c");
    expect(configuredEndpoint(undefined, {})).toBeUndefined();
  });

  test.each([
    ["http://127.0.0.1:8000", {}, true],
    ["http://localhost:8000", {}, true],
    ["http://[::1]:8000", {}, true],
    ["http://127.0.0.1:8000", { AWS_ACCESS_KEY_ID: "x" }, false],
    ["http://127.0.0.1:8000", { AWS_PROFILE: "x" }, false],
    ["http://127.0.0.1.example.com", {}, false],
    ["https://dynamodb.eu-west-1.amazonaws.com", {}, false],
    ["not a url", {}, false],
    [undefined, {}, false],
  ])("made-up credentials for %s with %j: %s", (endpoint, environment, wanted) => {
    expect(wantsLocalCredentials(endpoint, environment)).toBe(wanted);
  });
});
