import { describe, expect, test } from "vitest";
import { cancellationReasons, failedPositions } from "../src/dynamodb/cancellation.ts";
import { dynamoDbErrorCode, refusesEmptyString } from "../src/dynamodb/error-code.ts";
import { isEmptyRange } from "../src/driver/byte-order.ts";
import { toCountRequests, toIndexPage, toQueryRequest } from "../src/dynamodb/index-request.ts";
import {
  dependsOnTime,
  inFixedOrder,
  isTokenItem,
  tokenKey,
  toTransactItem,
} from "../src/dynamodb/transact-request.ts";

const whole = { index: "byName", partition: "p", order: "ascending", limit: 2 } as const;
const item = (key: string, sort: string) => ({
  _key: key,
  _revision: "r",
  _schemaVersion: 1,
  _byName_partition: "p",
  _byName_sort: sort,
});

describe("queries", () => {
  test.each([
    [{}, "#partition = :partition"],
    [{ from: "a" }, "#partition = :partition AND #sort >= :from"],
    [{ from: "a", fromExclusive: true }, "#partition = :partition AND #sort > :from"],
    [{ to: "b" }, "#partition = :partition AND #sort < :to"],
    [{ from: "a", to: "b" }, "#partition = :partition AND #sort BETWEEN :from AND :to"],
    [{ from: "", to: "b" }, "#partition = :partition AND #sort < :to"],
  ])("%j becomes %s", (range, expression) => {
    const request = toQueryRequest("things", { ...whole, ...range });
    expect(request.KeyConditionExpression).toBe(expression);
    expect(request).toMatchObject({ TableName: "things", IndexName: "byName-index" });
    // DynamoDB refuses a name or value that the expression does not use.
    const names = { ...request.ExpressionAttributeNames, ...request.ExpressionAttributeValues };
    for (const name of Object.keys(names)) expect(expression).toContain(name);
  });

  test("a range that nothing can be in is known without asking, by bytes", () => {
    expect(isEmptyRange({ ...whole, from: "b", to: "a" })).toBe(true);
    expect(isEmptyRange({ ...whole, from: "a", to: "a" })).toBe(true);
    expect(isEmptyRange({ ...whole, to: "" })).toBe(true);
    expect(isEmptyRange({ ...whole, from: "a", to: "b" })).toBe(false);
    // U+FF5E comes before U+1F600, whatever their UTF-16 says.
    expect(isEmptyRange({ ...whole, from: "\uff5e", to: "\u{1f600}" })).toBe(false);
  });

  test("a page never consists of an excluded bound alone, and never has too many", () => {
    const query = { ...whole, from: "a", fromExclusive: true, to: "z", limit: 1 };
    expect(toQueryRequest("things", query).Limit).toBe(2);
    const Items = [item("1", "a"), item("2", "b")];
    const page = toIndexPage(query, { Items, LastEvaluatedKey: item("2", "b") }, ["byName"]);
    expect(page).toMatchObject({ records: [{ key: "2" }], more: true, position: "b" });
    const both = [item("2", "b"), item("3", "c")];
    const cut = toIndexPage(query, { Items: both }, ["byName"]);
    expect(cut.records.map(({ key }) => key)).toEqual(["2"]);
    expect(cut.more).toBe(true);
    expect(cut.position).toBeUndefined();
  });

  test("an empty page that is not the last says how far it has looked", () => {
    const page = toIndexPage(whole, { Items: [], LastEvaluatedKey: item("1", "a") }, ["byName"]);
    expect(page).toEqual({ records: [], more: true, position: "a" });
  });
});

describe("counts", () => {
  const query = { index: "byName", partition: "p", now: 5 };

  test("are one request, but for bounds that are not included", () => {
    const signs = (range: object, expires = false): number[] =>
      toCountRequests("things", { ...query, ...range }, expires).map(({ sign }) => sign);
    expect(signs({})).toEqual([1]);
    expect(signs({ from: "a" })).toEqual([1]);
    expect(signs({ from: "a", to: "b" })).toEqual([1, -1]);
    expect(signs({ from: "a", fromExclusive: true, to: "b" })).toEqual([1, -1, -1]);
  });

  test("leave out what has expired, where records can", () => {
    const [first] = toCountRequests("things", query, true);
    expect(first?.request).toMatchObject({
      Select: "COUNT",
      FilterExpression: "(attribute_not_exists(#expiresAt) OR #expiresAt > :now)",
      ExpressionAttributeValues: { ":now": 5 },
    });
    const [plain] = toCountRequests("things", query, false);
    expect(plain?.request.FilterExpression).toBeUndefined();
  });
});

describe("transactions", () => {
  const table = { table: "things", expires: true };
  const present = { kind: "present", now: 5 } as const;

  test("a check of nothing is left out", () => {
    const check = { kind: "check", key: "a", condition: { kind: "none" } } as const;
    expect(toTransactItem({ ...table, action: check }, false)).toBeUndefined();
    const real = { ...check, condition: present };
    expect(toTransactItem({ ...table, action: real }, false)).toMatchObject({
      ConditionCheck: { TableName: "things", Key: { _key: "a" } },
    });
  });

  test("depend on time only where a condition looks at expiry", () => {
    const remove = { kind: "remove", key: "a", condition: present } as const;
    expect(dependsOnTime([{ ...table, action: remove }])).toBe(true);
    expect(dependsOnTime([{ ...table, expires: false, action: remove }])).toBe(false);
    const always = { ...remove, condition: { kind: "none" } } as const;
    expect(dependsOnTime([{ ...table, action: always }])).toBe(false);
  });

  test("the order of fields makes no other request", () => {
    const one = { b: [{ d: 1, c: "" }], a: Uint8Array.of(0) };
    const other = { a: Uint8Array.of(0), b: [{ c: "", d: 1 }] };
    expect(JSON.stringify(inFixedOrder(one))).toBe(JSON.stringify(inFixedOrder(other)));
    expect(inFixedOrder(one)).toEqual(one);
  });

  test("the item of a token is none of a record", () => {
    expect(isTokenItem({ _key: tokenKey("t") })).toBe(true);
    expect(isTokenItem({ _key: "token|t" })).toBe(false);
  });
});

describe("cancellations", () => {
  const cancelled = (more: object, message = "cancelled"): Error =>
    Object.assign(new Error(message), { name: "TransactionCanceledException" }, more);

  test("tell the positions whose condition failed", () => {
    const CancellationReasons = [{ Code: "None" }, { Code: "ConditionalCheckFailed" }];
    expect(failedPositions(cancelled({ CancellationReasons }))).toEqual([1]);
    expect(
      failedPositions(
        cancelled({}, "reasons [ConditionalCheckFailed, None, ConditionalCheckFailed]"),
      ),
    ).toEqual([0, 2]);
    expect(cancellationReasons(new Error("[ConditionalCheckFailed]"))).toEqual([]);
  });

  test.each([
    ["TransactionConflict", "aborted"],
    ["ThrottlingError", "resource_exhausted"],
    ["ProvisionedThroughputExceeded", "resource_exhausted"],
    ["ValidationError", "invalid_argument"],
    ["Unheard", undefined],
  ])("%s is %s", (Code, code) => {
    expect(
      dynamoDbErrorCode(cancelled({ CancellationReasons: [{ Code: "None" }, { Code }] })),
    ).toBe(code);
  });

  test("an empty string that an old engine refuses is recognized in a reason, too", () => {
    const Message = "An AttributeValue may not contain an empty string";
    const CancellationReasons = [{ Code: "ValidationError", Message }];
    expect(refusesEmptyString(cancelled({ CancellationReasons }))).toBe(true);
    expect(refusesEmptyString(cancelled({ CancellationReasons: [{ Code: "None" }] }))).toBe(false);
  });
});
