import { DeleteTableCommand, UpdateTimeToLiveCommand } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactGetCommand,
  UpdateCommand,
  TransactWriteCommand,
} from "@aws-sdk/lib-dynamodb";
import { describe, expect, test } from "vitest";
import { allIds, createTable, rejection, useEmbedded } from "./support.ts";

const minute = 60_000;
let time = Date.UTC(2030, 0, 1);
const now = () => time;
const seconds = () => Math.floor(time / 1000);

describe("tokens", () => {
  const engine = useEmbedded({ now });

  test("count for ten minutes", async () => {
    const TableName = await createTable(engine().client);
    const add = (amount: number) =>
      engine().documents.send(
        new TransactWriteCommand({
          ClientRequestToken: "the-token",
          TransactItems: [
            {
              Update: {
                TableName,
                Key: { id: "a" },
                UpdateExpression: "ADD hits :amount",
                ExpressionAttributeValues: { ":amount": amount },
              },
            },
          ],
        }),
      );
    const hits = async () =>
      (await engine().documents.send(new GetCommand({ TableName, Key: { id: "a" } }))).Item?.[
        "hits"
      ] as number;
    await add(1);
    time += 10 * minute - 1;
    await add(1);
    expect(await hits()).toBe(1);
    expect((await rejection(add(5))).name).toBe("IdempotentParameterMismatchException");
    time += 1;
    await add(5);
    expect(await hits()).toBe(6);
  });
});

describe("expired items", () => {
  const keeping = useEmbedded({ now });
  const removing = useEmbedded({ now, expiredItems: "remove" });

  async function tableWithItems(engine: typeof keeping): Promise<string> {
    const TableName = await createTable(engine().client);
    await engine().client.send(
      new UpdateTimeToLiveCommand({
        TableName,
        TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
      }),
    );
    const expiries = {
      soon: seconds() + 60,
      later: seconds() + 3600,
      never: undefined,
      text: "1",
      ancient: seconds() - 6 * 365 * 24 * 60 * 60,
    };
    for (const [id, expiresAt] of Object.entries(expiries)) {
      const Item = { id, group: "g", rank: 1, ...(expiresAt !== undefined && { expiresAt }) };
      await engine().documents.send(new PutCommand({ TableName, Item }));
    }
    return TableName;
  }

  test("stay, as they may for two days in DynamoDB", async () => {
    const TableName = await tableWithItems(keeping);
    time += 2 * 60 * minute;
    expect(await allIds(keeping, TableName)).toHaveLength(5);
  });

  test("are removed where that is asked for, at their second and from indexes too", async () => {
    const TableName = await tableWithItems(removing);
    time += minute;
    expect(await allIds(removing, TableName)).toHaveLength(5);
    time += 1;
    const left = ["ancient", "later", "never", "text"];
    const { documents } = removing();
    const { Items } = await documents.send(
      new QueryCommand({
        TableName,
        IndexName: "byGroup",
        KeyConditionExpression: "#g = :g",
        ExpressionAttributeNames: { "#g": "group" },
        ExpressionAttributeValues: { ":g": "g" },
      }),
    );
    expect(Items?.map(({ id }) => id as string).toSorted()).toEqual(left);
    expect(await allIds(removing, TableName)).toEqual(left);
  });

  test("are removed before every kind of request", async () => {
    const TableName = await tableWithItems(removing);
    const { documents } = removing();
    const Key = { id: "passing" };
    const expire = async () => {
      const Item = { ...Key, expiresAt: seconds() };
      await documents.send(new PutCommand({ TableName, Item }));
      time += 1000;
    };
    await expire();
    expect((await documents.send(new GetCommand({ TableName, Key }))).Item).toBeUndefined();
    await expire();
    const batch = await documents.send(
      new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [Key] } } }),
    );
    expect(batch.Responses?.[TableName]).toEqual([]);
    await expire();
    const get = { Get: { TableName, Key } };
    const read = await documents.send(new TransactGetCommand({ TransactItems: [get] }));
    expect(read.Responses).toEqual([{}]);
    await expire();
    const update = await rejection(
      documents.send(
        new UpdateCommand({
          TableName,
          Key,
          UpdateExpression: "REMOVE x",
          ConditionExpression: "attribute_exists(id)",
        }),
      ),
    );
    expect(update.name).toBe("ConditionalCheckFailedException");
  });

  test("the setting goes with its table", async () => {
    const TableName = await tableWithItems(removing);
    await removing().client.send(new DeleteTableCommand({ TableName }));
    const again = await createTable(removing().client, TableName);
    const Item = { id: "a", expiresAt: seconds() - 60 };
    await removing().documents.send(new PutCommand({ TableName: again, Item }));
    expect(await allIds(removing, again)).toEqual(["a"]);
  });
});
