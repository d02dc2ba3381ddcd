import { TransactWriteCommand, type TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import { expect, test } from "vitest";
import { allIds, createTable, onBothEngines, rejection } from "./support.ts";

type Actions = NonNullable<TransactWriteCommandInput["TransactItems"]>;

onBothEngines("shapes of transactions", (engine) => {
  const transact = (TransactItems: Actions) =>
    engine().documents.send(new TransactWriteCommand({ TransactItems }));

  test("as many actions as allowed are taken, one more is refused", async () => {
    const TableName = await createTable(engine().client);
    const actions = (count: number): Actions =>
      Array.from({ length: count }, (_, n) => ({ Put: { TableName, Item: { id: `item-${n}` } } }));
    const { transactionItems } = engine();
    const error = await rejection(transact(actions(transactionItems + 1)));
    expect(error.name).toBe("ValidationException");
    expect(error.message).toContain(`less than or equal to ${transactionItems}`);
    expect(await allIds(engine, TableName)).toEqual([]);
    await transact(actions(transactionItems));
    expect(await allIds(engine, TableName)).toHaveLength(transactionItems);
  });

  test.for<[string, (table: string) => Actions, RegExp]>([
    ["none at all", () => [], /length greater than or equal to 1/],
    [
      "two actions on one item",
      (TableName) => [
        { Put: { TableName, Item: { id: "same" } } },
        { Delete: { TableName, Key: { id: "same" } } },
      ],
      /multiple operations on one item/,
    ],
    [
      "two actions in one element",
      (TableName) => [
        {
          Put: { TableName, Item: { id: "a" } },
          Delete: { TableName, Key: { id: "b" } },
        },
      ],
      /only contain one of Check, Put, Update or Delete/,
    ],
    ["an empty element", () => [{}], /should contain Delete or Put or Update/i],
    [
      "a check without condition",
      (TableName) => [
        { ConditionCheck: { TableName, Key: { id: "a" }, ConditionExpression: undefined } },
      ],
      /conditionExpression.*must not be null/i,
    ],
    [
      "a condition that does not parse",
      (TableName) => [
        { Put: { TableName, Item: { id: "a" }, ConditionExpression: "this is wrong" } },
      ],
      /Invalid ConditionExpression/,
    ],
    [
      "an unused value",
      (TableName) => [
        {
          Put: {
            TableName,
            Item: { id: "a" },
            ConditionExpression: "attribute_not_exists(id)",
            ExpressionAttributeValues: { ":unused": 1 },
          },
        },
      ],
      /unused in expressions/,
    ],
  ])("refuses %s", async ([, actions, message]) => {
    const TableName = await createTable(engine().client);
    const error = await rejection(transact(actions(TableName)));
    expect(error.name).toBe("ValidationException");
    expect(error.message).toMatch(message);
    expect(await allIds(engine, TableName)).toEqual([]);
  });

  test("refuses tables that do not exist, and keys of another shape", async () => {
    const TableName = await createTable(engine().client);
    const missing = await rejection(
      transact([
        { Put: { TableName, Item: { id: "a" } } },
        { Put: { TableName: "no-such-table", Item: { id: "a" } } },
      ]),
    );
    expect(missing.name).toBe("ResourceNotFoundException");
    const misshapen = await rejection(
      transact([
        { Put: { TableName, Item: { id: "a" } } },
        { Delete: { TableName, Key: { other: "a" } } },
      ]),
    );
    expect(misshapen.name).toMatch(/TransactionCanceledException|ValidationException/);
    expect(misshapen.message).toMatch(/ValidationError|required keys was not given/);
    expect(await allIds(engine, TableName)).toEqual([]);
  });

  test("an update without expression is refused", async ({ skip }) => {
    skip(!engine().isEmbedded, "DynamoDB Local takes it, against the documented shape");
    const TableName = await createTable(engine().client);
    const update = { TableName, Key: { id: "a" }, UpdateExpression: undefined };
    const error = await rejection(transact([{ Update: update }]));
    expect(error.name).toBe("ValidationException");
    expect(error.message).toMatch(/updateExpression.*must not be null/i);
  });
});
