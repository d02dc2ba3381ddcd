import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { setTimeout as delay } from "node:timers/promises";
import type { DriverCallOptions } from "../driver/driver.ts";
import type { DynamoDb } from "./client.ts";
import { attributes } from "./item.ts";

const pollInterval = 200;

/** The state of a table; `undefined` when there is none. */
export async function tableStatus(
  { client, tables }: DynamoDb,
  name: string,
  options: DriverCallOptions,
): Promise<string | undefined> {
  try {
    const { Table } = await client.send(
      new tables.DescribeTableCommand({ TableName: name }),
      sendOptions(options),
    );
    return Table?.TableStatus;
  } catch (error) {
    if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

/** Creates a table unless it is there, and waits until it can be used. */
export async function ensureTable(
  dynamoDb: DynamoDb,
  name: string,
  options: DriverCallOptions,
): Promise<void> {
  let status = await tableStatus(dynamoDb, name, options);
  if (status === undefined) await createTable(dynamoDb, name, options);
  while (status !== "ACTIVE" && status !== "UPDATING") {
    status = await tableStatus(dynamoDb, name, options);
    if (status !== "ACTIVE") await delay(pollInterval, undefined, options);
  }
}

async function createTable(
  { client, tables }: DynamoDb,
  name: string,
  options: DriverCallOptions,
): Promise<void> {
  try {
    await client.send(
      new tables.CreateTableCommand({
        TableName: name,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: attributes.key, AttributeType: "S" }],
        KeySchema: [{ AttributeName: attributes.key, KeyType: "HASH" }],
      }),
      sendOptions(options),
    );
  } catch (error) {
    // Somebody else created it in the meantime.
    if (!(error instanceof Error && error.name === "ResourceInUseException")) throw error;
  }
}

/** The options of a call as the SDK takes them. */
export function sendOptions({
  signal,
}: DriverCallOptions): Parameters<DynamoDBClient["send"]>[1] & object {
  return signal === undefined ? {} : { abortSignal: signal };
}
