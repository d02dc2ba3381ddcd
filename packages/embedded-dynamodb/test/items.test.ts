import {
  ConditionalCheckFailedException,
  DescribeTimeToLiveCommand,
  TransactionCanceledException,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { expect, test } from "vitest";
import { allIds, createTable, onBothEngines, rejection } from "./support.ts";

onBothEngines("items", (engine) => {
  const put = (TableName: string, Item: Record<string, unknown>) =>
    engine().documents.send(new PutCommand({ TableName, Item }));
  const get = async (TableName: string, id: string) =>
    (await engine().documents.send(new GetCommand({ TableName, Key: { id } }))).Item;
  const olderThan2020 = "DynamoDB Local is from before this came";

  test("empty texts are values like others, at any depth", async ({ skip }) => {
    skip(!engine().isEmbedded, olderThan2020);
    const TableName = await createTable(engine().client);
    const Item = { id: "a", text: "", list: ["", { inner: "" }], bytes: new Uint8Array() };
    await put(TableName, Item);
    expect(await get(TableName, "a")).toEqual(Item);
    await engine().documents.send(
      new UpdateCommand({
        TableName,
        Key: { id: "a" },
        UpdateExpression: "SET repeated = :empty",
        ConditionExpression: "#t = :empty AND attribute_exists(#t)",
        ExpressionAttributeNames: { "#t": "text" },
        ExpressionAttributeValues: { ":empty": "" },
      }),
    );
    expect(await get(TableName, "a")).toEqual({ ...Item, repeated: "" });
  });

  test("empty texts are refused in keys, of the table and of its indexes", async ({ skip }) => {
    skip(!engine().isEmbedded, olderThan2020);
    const TableName = await createTable(engine().client);
    for (const Item of [{ id: "" }, { id: "a", group: "", rank: 1 }]) {
      const single = await rejection(put(TableName, Item));
      expect(single.name).toBe("ValidationException");
      expect(single.message).toContain("cannot contain an empty string value");
      const transaction = await rejection(
        engine().documents.send(
          new TransactWriteCommand({ TransactItems: [{ Put: { TableName, Item } }] }),
        ),
      );
      expect((transaction as TransactionCanceledException).CancellationReasons).toMatchObject([
        { Code: "ValidationError", Message: expect.stringContaining("empty string value") },
      ]);
    }
    const update = await rejection(
      engine().documents.send(
        new UpdateCommand({
          TableName,
          Key: { id: "a" },
          UpdateExpression: "SET #g = :empty",
          ExpressionAttributeNames: { "#g": "group" },
          ExpressionAttributeValues: { ":empty": "" },
        }),
      ),
    );
    expect(update.message).toContain("IndexName: byGroup, IndexKey: group");
    expect(await allIds(engine, TableName)).toEqual([]);
  });

  test("sizes are measured in bytes", async () => {
    const TableName = await createTable(engine().client);
    const threeBytes = "\u{20AC}";
    const large = await rejection(put(TableName, { id: "a", text: threeBytes.repeat(140_000) }));
    expect(large.name).toBe("ValidationException");
    expect(large.message).toMatch(/[Ii]tem size has exceeded the maximum allowed size/);
    const longKey = await rejection(put(TableName, { id: threeBytes.repeat(683) }));
    expect(longKey.message).toMatch(/2048 bytes/);
    await put(TableName, { id: threeBytes.repeat(682), text: threeBytes.repeat(130_000) });
  });

  test("a failed condition brings the item where asked for, and changes nothing", async ({
    skip,
  }) => {
    skip(!engine().isEmbedded, olderThan2020);
    const TableName = await createTable(engine().client);
    const stored = { id: "a", version: 3, group: "g", rank: 1 };
    await put(TableName, stored);
    const condition = {
      TableName,
      ConditionExpression: "version = :expected",
      ExpressionAttributeValues: { ":expected": 2 },
    };
    const commands = (more: { ReturnValuesOnConditionCheckFailure?: "ALL_OLD" | "NONE" }) => [
      new PutCommand({ ...condition, ...more, Item: { id: "a" } }),
      new DeleteCommand({ ...condition, ...more, Key: { id: "a" } }),
      new UpdateCommand({
        ...condition,
        ...more,
        Key: { id: "a" },
        UpdateExpression: "REMOVE version",
      }),
    ];
    const send = async (command: PutCommand | DeleteCommand | UpdateCommand) => {
      const sent: Promise<unknown> =
        command instanceof PutCommand
          ? engine().documents.send(command)
          : command instanceof DeleteCommand
            ? engine().documents.send(command)
            : engine().documents.send(command);
      const error = await rejection(sent);
      expect(error).toBeInstanceOf(ConditionalCheckFailedException);
      return (error as ConditionalCheckFailedException).Item;
    };
    for (const command of commands({ ReturnValuesOnConditionCheckFailure: "ALL_OLD" })) {
      expect(await send(command)).toEqual(wire);
    }
    for (const more of [{}, { ReturnValuesOnConditionCheckFailure: "NONE" as const }]) {
      for (const command of commands(more)) expect(await send(command)).toBeUndefined();
    }
    expect(await get(TableName, "a")).toEqual(stored);
  });

  test("the reasons of a cancelled transaction bring the item where asked for", async () => {
    const TableName = await createTable(engine().client);
    await put(TableName, { id: "a", version: 3, group: "g", rank: 1 });
    const condition = {
      TableName,
      ConditionExpression: "version = :expected",
      ExpressionAttributeValues: { ":expected": 2 },
    };
    const error = await rejection(
      engine().documents.send(
        new TransactWriteCommand({
          TransactItems: [
            {
              ConditionCheck: {
                ...condition,
                Key: { id: "a" },
                ReturnValuesOnConditionCheckFailure: "ALL_OLD",
              },
            },
            {
              Put: {
                ...condition,
                Item: { id: "absent" },
                ReturnValuesOnConditionCheckFailure: "ALL_OLD",
              },
            },
            { Put: { TableName, Item: { id: "fine" } } },
          ],
        }),
      ),
    );
    const reasons = (error as TransactionCanceledException).CancellationReasons ?? [];
    expect(reasons.map(({ Code }) => Code)).toEqual([
      "ConditionalCheckFailed",
      "ConditionalCheckFailed",
      "None",
    ]);
    expect(reasons[1]?.Item).toBeUndefined();
    expect(reasons[0]?.Item).toEqual(wire);
  });

  test("batches write and read over tables", async () => {
    const tables = [await createTable(engine().client), await createTable(engine().client)];
    const requests = (request: (id: string) => object) =>
      Object.fromEntries(tables.map((table) => [table, ["a", "b", "c"].map(request)]));
    await engine().documents.send(
      new BatchWriteCommand({ RequestItems: requests((id) => ({ PutRequest: { Item: { id } } })) }),
    );
    const { Responses, UnprocessedKeys } = await engine().documents.send(
      new BatchGetCommand({
        RequestItems: Object.fromEntries(
          tables.map((table) => [table, { Keys: [{ id: "a" }, { id: "c" }, { id: "none" }] }]),
        ),
      }),
    );
    expect(UnprocessedKeys).toEqual({});
    for (const table of tables) {
      expect(Responses?.[table]).toHaveLength(2);
      expect(Responses?.[table]).toEqual(expect.arrayContaining([{ id: "a" }, { id: "c" }]));
    }
    await engine().documents.send(
      new BatchWriteCommand({
        RequestItems: requests((id) => ({ DeleteRequest: { Key: { id } } })),
      }),
    );
    for (const table of tables) expect(await allIds(engine, table)).toEqual([]);
  });

  test("index pages are cut at the limit, and continue", async () => {
    const TableName = await createTable(engine().client);
    for (const rank of [1, 2, 10]) await put(TableName, { id: `r${rank}`, group: "g", rank });
    const page = (ExclusiveStartKey?: Record<string, unknown>) =>
      engine().documents.send(
        new QueryCommand({
          TableName,
          IndexName: "byGroup",
          KeyConditionExpression: "#g = :g AND #r > :one",
          ExpressionAttributeNames: { "#g": "group", "#r": "rank" },
          ExpressionAttributeValues: { ":g": "g", ":one": 1 },
          Limit: 1,
          ExclusiveStartKey,
        }),
      );
    const first = await page();
    expect(first.Items?.map(({ id }) => id as string)).toEqual(["r2"]);
    const second = await page(first.LastEvaluatedKey);
    expect(second.Items?.map(({ id }) => id as string)).toEqual(["r10"]);
    expect(second.LastEvaluatedKey).toBeDefined();
    const last = await page(second.LastEvaluatedKey);
    expect(last.Items).toEqual([]);
    expect(last.LastEvaluatedKey).toBeUndefined();
  });

  test("time to live is set, described, and refused where it changes nothing", async () => {
    const TableName = await createTable(engine().client);
    const describe = async () =>
      (await engine().client.send(new DescribeTimeToLiveCommand({ TableName })))
        .TimeToLiveDescription;
    const set = (AttributeName: string, Enabled: boolean) =>
      engine().client.send(
        new UpdateTimeToLiveCommand({
          TableName,
          TimeToLiveSpecification: { AttributeName, Enabled },
        }),
      );
    expect(await describe()).toEqual({ TimeToLiveStatus: "DISABLED" });
    const off = await rejection(set("expiresAt", false));
    expect(off.message).toContain("already disabled");
    const answer = await set("expiresAt", true);
    expect(answer.TimeToLiveSpecification).toEqual({ AttributeName: "expiresAt", Enabled: true });
    expect(await describe()).toEqual({ TimeToLiveStatus: "ENABLED", AttributeName: "expiresAt" });
    expect((await rejection(set("expiresAt", true))).message).toContain("already enabled");
    expect((await rejection(set("other", true))).name).toBe("ValidationException");
    await set("expiresAt", false);
    expect(await describe()).toEqual({ TimeToLiveStatus: "DISABLED" });
    const missing = engine().client.send(
      new UpdateTimeToLiveCommand({
        TableName: "no-such-table",
        TimeToLiveSpecification: { AttributeName: "a", Enabled: true },
      }),
    );
    expect((await rejection(missing)).name).toBe("ResourceNotFoundException");
  });
});

/** The client of the SDK below the document client does not unmarshall what an error carries. */
const wire = { id: { S: "a" }, version: { N: "3" }, group: { S: "g" }, rank: { N: "1" } };
