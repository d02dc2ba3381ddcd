import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import {
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactGetCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { expect, test } from "vitest";
import { allIds, createTable, onBothEngines, rejection, type Engine } from "./support.ts";

type Actions = NonNullable<TransactWriteCommandInput["TransactItems"]>;

onBothEngines("transactions", (engine) => {
  const transact = (TransactItems: Actions, more: Partial<TransactWriteCommandInput> = {}) =>
    engine().documents.send(new TransactWriteCommand({ TransactItems, ...more }));
  const put = (TableName: string, Item: Record<string, unknown>) =>
    engine().documents.send(new PutCommand({ TableName, Item }));

  test("puts, updates, deletes and checks are done together", async () => {
    const TableName = await createTable(engine().client);
    await put(TableName, { id: "updated", count: 1, group: "g", rank: 1 });
    await put(TableName, { id: "deleted", group: "g", rank: 2 });
    await put(TableName, { id: "checked", ok: true });
    await transact([
      { Put: { TableName, Item: { id: "new", group: "g", rank: 3 } } },
      {
        Update: {
          TableName,
          Key: { id: "updated" },
          UpdateExpression: "SET #c = #c + :one, #r = :nine",
          ConditionExpression: "#c = :one",
          ExpressionAttributeNames: { "#c": "count", "#r": "rank" },
          ExpressionAttributeValues: { ":one": 1, ":nine": 9 },
        },
      },
      { Delete: { TableName, Key: { id: "deleted" } } },
      {
        ConditionCheck: {
          TableName,
          Key: { id: "checked" },
          ConditionExpression: "ok = :true",
          ExpressionAttributeValues: { ":true": true },
        },
      },
    ]);
    expect(await allIds(engine, TableName)).toEqual(["checked", "new", "updated"]);
    const { Items } = await engine().documents.send(
      new QueryCommand({
        TableName,
        IndexName: "byGroup",
        KeyConditionExpression: "#g = :g",
        ExpressionAttributeNames: { "#g": "group" },
        ExpressionAttributeValues: { ":g": "g" },
      }),
    );
    expect(Items).toEqual([
      { id: "new", group: "g", rank: 3 },
      { id: "updated", count: 2, group: "g", rank: 9 },
    ]);
  });

  test.for(["first", "middle", "last"])("one failure, the %s, undoes all", async (position) => {
    const TableName = await createTable(engine().client);
    await put(TableName, { id: "kept", value: 1 });
    await put(TableName, { id: "taken" });
    const others: Actions = [
      { Put: { TableName, Item: { id: "new" } } },
      { Delete: { TableName, Key: { id: "kept" } } },
    ];
    const at = { first: 0, middle: 1, last: 2 }[position] ?? 0;
    const failing: Actions = [
      {
        Put: {
          TableName,
          Item: { id: "taken", by: "me" },
          ConditionExpression: "attribute_not_exists(id)",
        },
      },
    ];
    const error = await rejection(transact(others.toSpliced(at, 0, ...failing)));
    expect(error).toBeInstanceOf(TransactionCanceledException);
    const { CancellationReasons } = error as TransactionCanceledException;
    const codes = CancellationReasons?.map(({ Code }) => Code);
    expect(codes).toEqual(["None", "None"].toSpliced(at, 0, "ConditionalCheckFailed"));
    expect(error.message).toContain(`[${codes?.join(", ")}]`);
    expect(await allIds(engine, TableName)).toEqual(["kept", "taken"]);
    expect(await item(engine, TableName, "taken")).toEqual({ id: "taken" });
  });

  test("a fault found while carrying out one action undoes the others", async () => {
    const TableName = await createTable(engine().client);
    await put(TableName, { id: "text", value: "no number" });
    const error = await rejection(
      transact([
        { Put: { TableName, Item: { id: "new" } } },
        {
          Update: {
            TableName,
            Key: { id: "text" },
            UpdateExpression: "SET #v = #v + :one",
            ExpressionAttributeNames: { "#v": "value" },
            ExpressionAttributeValues: { ":one": 1 },
          },
        },
      ]),
    );
    expect(error.name).toMatch(/TransactionCanceledException|ValidationException/);
    if (engine().isEmbedded) {
      expect((error as TransactionCanceledException).CancellationReasons).toMatchObject([
        { Code: "None" },
        { Code: "ValidationError", Message: expect.stringContaining("incorrect data type") },
      ]);
    }
    expect(await allIds(engine, TableName)).toEqual(["text"]);
  });

  test("racing transfers keep the sum, for readers too", async () => {
    const TableName = await createTable(engine().client);
    const accounts = ["a", "b", "c", "d"];
    for (const id of accounts) await put(TableName, { id, balance: 10 });
    const readAll = async () => {
      const { Responses } = await engine().documents.send(
        new TransactGetCommand({
          TransactItems: accounts.map((id) => ({ Get: { TableName, Key: { id } } })),
        }),
      );
      return (Responses ?? []).map(({ Item }) => Item?.["balance"] as number);
    };
    const worker = async (number: number) => {
      let done = 0;
      let refused = 0;
      for (let turn = 0; turn < 15; turn++) {
        const from = accounts[(number + turn) % 4] ?? "";
        const to = accounts[(number + turn * 3 + 1) % 4] ?? "";
        if (from === to) continue;
        const outcome = await move(engine, TableName, from, to, 1 + (turn % 4));
        if (outcome) done++;
        else refused++;
      }
      return { done, refused };
    };
    const workers = Promise.all(Array.from({ length: 8 }, (_, number) => worker(number)));
    const sums = new Set<number>();
    for (let read = 0; read < 10; read++) sums.add(sum(await readAllUnlessConflict(readAll)));
    const counts = await workers;
    expect(sum(counts.map(({ done }) => done))).toBeGreaterThan(0);
    sums.delete(NaN);
    sums.add(sum(await readAll()));
    expect([...sums]).toEqual([40]);
    for (const balance of await readAll()) expect(balance).toBeGreaterThanOrEqual(0);
  });

  test("of racing creations of one item, one wins", async () => {
    const TableName = await createTable(engine().client);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, (_, by) =>
        transact([
          { Put: { TableName, Item: { id: `side-${by}` } } },
          {
            Put: {
              TableName,
              Item: { id: "prize", by },
              ConditionExpression: "attribute_not_exists(id)",
            },
          },
        ]),
      ),
    );
    const winners = outcomes.flatMap(({ status }, by) => (status === "fulfilled" ? [by] : []));
    expect(winners).toHaveLength(1);
    expect(await item(engine, TableName, "prize")).toEqual({ id: "prize", by: winners[0] });
    expect(await allIds(engine, TableName)).toEqual(["prize", `side-${winners[0]}`]);
  });

  test("a token makes a repetition harmless, and belongs to its contents", async () => {
    const TableName = await createTable(engine().client);
    await put(TableName, { id: "counter", count: 0 });
    const add = (amount: number): Actions => [
      {
        Update: {
          TableName,
          Key: { id: "counter" },
          UpdateExpression: "ADD #c :amount",
          ExpressionAttributeNames: { "#c": "count" },
          ExpressionAttributeValues: { ":amount": amount },
        },
      },
    ];
    const ClientRequestToken = `token-${TableName.slice(-20)}`;
    await Promise.all([1, 1, 1].map((n) => transact(add(n), { ClientRequestToken })));
    expect(await item(engine, TableName, "counter")).toEqual({ id: "counter", count: 1 });
    const other = await rejection(transact(add(2), { ClientRequestToken }));
    expect(other.name).toBe("IdempotentParameterMismatchException");
    expect(await item(engine, TableName, "counter")).toEqual({ id: "counter", count: 1 });
  });

  test("a cancelled transaction does not use up its token", async () => {
    const TableName = await createTable(engine().client);
    const ClientRequestToken = `again-${TableName.slice(-20)}`;
    const update: Actions = [
      {
        Update: {
          TableName,
          Key: { id: "late" },
          UpdateExpression: "SET done = :yes",
          ConditionExpression: "attribute_exists(id)",
          ExpressionAttributeValues: { ":yes": true },
        },
      },
    ];
    await rejection(transact(update, { ClientRequestToken }));
    await put(TableName, { id: "late" });
    await transact(update, { ClientRequestToken });
    expect(await item(engine, TableName, "late")).toEqual({ id: "late", done: true });
  });

  test("capacity is reported for each table, at twice the price of single requests", async () => {
    const tables = [await createTable(engine().client), await createTable(engine().client)];
    const puts = tables.flatMap((TableName) =>
      ["a", "b"].map((id) => ({ Put: { TableName, Item: { id } } })),
    );
    const written = await transact(puts, { ReturnConsumedCapacity: "TOTAL" });
    const byTable = written.ConsumedCapacity?.toSorted((a, b) =>
      (a.TableName ?? "") < (b.TableName ?? "") ? -1 : 1,
    );
    expect(byTable).toEqual(
      tables.toSorted().map((TableName) => ({
        TableName,
        CapacityUnits: 4,
        WriteCapacityUnits: 4,
      })),
    );
    const read = await engine().documents.send(
      new TransactGetCommand({
        ReturnConsumedCapacity: "TOTAL",
        TransactItems: tables.map((TableName) => ({ Get: { TableName, Key: { id: "a" } } })),
      }),
    );
    expect(read.ConsumedCapacity).toHaveLength(2);
    expect(read.ConsumedCapacity?.[0]).toMatchObject({ CapacityUnits: 2, ReadCapacityUnits: 2 });
    expect((await transact(puts)).ConsumedCapacity).toBeUndefined();
  });

  test("items are read in the order asked for, absent ones as nothing", async () => {
    const TableName = await createTable(engine().client);
    await put(TableName, { id: "one", value: 1, more: 2 });
    await put(TableName, { id: "two", value: 2 });
    const { Responses } = await engine().documents.send(
      new TransactGetCommand({
        TransactItems: [
          { Get: { TableName, Key: { id: "two" } } },
          { Get: { TableName, Key: { id: "none" } } },
          { Get: { TableName, Key: { id: "one" }, ProjectionExpression: "id, more" } },
        ],
      }),
    );
    expect(Responses).toEqual([
      { Item: { id: "two", value: 2 } },
      {},
      { Item: { id: "one", more: 2 } },
    ]);
  });
});

async function item(engine: () => Engine, TableName: string, id: string): Promise<unknown> {
  const get = new GetCommand({ TableName, Key: { id }, ConsistentRead: true });
  return (await engine().documents.send(get)).Item;
}

/** Moves an amount if the account has it and no other writer interferes. @returns whether it did */
async function move(
  engine: () => Engine,
  TableName: string,
  from: string,
  to: string,
  amount: number,
): Promise<boolean> {
  try {
    await engine().documents.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            Update: {
              TableName,
              Key: { id: to },
              UpdateExpression: "SET balance = balance + :amount",
              ExpressionAttributeValues: { ":amount": amount },
            },
          },
          {
            Update: {
              TableName,
              Key: { id: from },
              UpdateExpression: "SET balance = balance - :amount",
              ConditionExpression: "balance >= :amount",
              ExpressionAttributeValues: { ":amount": amount },
            },
          },
        ],
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof TransactionCanceledException) return false;
    throw error;
  }
}

/** Real engines cancel a read that meets a write. */
async function readAllUnlessConflict(read: () => Promise<number[]>): Promise<number[]> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof TransactionCanceledException) return [NaN];
    throw error;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
