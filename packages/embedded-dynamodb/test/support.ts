import { randomUUID } from "node:crypto";
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect } from "vitest";
import {
  startEmbeddedDynamoDB,
  type EmbeddedDynamoDB,
  type EmbeddedDynamoDBOptions,
} from "../src/index.ts";
import { describeWithEngine } from "@plinth/testing";

/** What the cases that run on several engines need to know of one. */
export interface Engine {
  readonly client: DynamoDBClient;
  readonly documents: DynamoDBDocumentClient;
  readonly isEmbedded: boolean;
  /** The most actions that it takes in a transaction. */
  readonly transactionItems: number;
}

export function clientOf(endpoint: string, maxAttempts = 1): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    maxAttempts,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
}

/** A table with `id`, and an index `byGroup` on `group` and `rank`; its name. */
export async function createTable(
  client: DynamoDBClient,
  TableName: string = `t-${randomUUID()}`,
): Promise<string> {
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [
        { AttributeName: "id", AttributeType: "S" },
        { AttributeName: "group", AttributeType: "S" },
        { AttributeName: "rank", AttributeType: "N" },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: "byGroup",
          KeySchema: [
            { AttributeName: "group", KeyType: "HASH" },
            { AttributeName: "rank", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "ALL" },
        },
      ],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1, maxDelay: 1 }, { TableName });
  return TableName;
}

/** A running embedded engine for the tests of one `describe` block, or of a file. */
export function useEmbedded(options?: EmbeddedDynamoDBOptions): () => Engine & EmbeddedDynamoDB {
  let embedded: EmbeddedDynamoDB;
  let client: DynamoDBClient;
  beforeAll(async () => {
    embedded = await startEmbeddedDynamoDB(options);
    client = clientOf(embedded.endpoint);
  });
  afterAll(async () => {
    client.destroy();
    await embedded.stop();
  });
  return () => ({ ...embedded, ...engineOf(client, true, 100) });
}

/** Declares the same cases for the embedded engine and, where it runs, for DynamoDB Local. */
export function onBothEngines(title: string, declare: (engine: () => Engine) => void): void {
  describe(`${title}: embedded`, () => {
    declare(useEmbedded());
  });
  describeWithEngine("dynamodb", `${title}: DynamoDB Local`, (endpoint) => {
    const client = clientOf(endpoint);
    afterAll(() => client.destroy());
    declare(() => engineOf(client, false, 10));
  });
}

function engineOf(client: DynamoDBClient, isEmbedded: boolean, transactionItems: number): Engine {
  const documents = DynamoDBDocumentClient.from(client);
  return { client, documents, isEmbedded, transactionItems };
}

/** The error that a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(Error);
  return outcome as Error;
}

/** The `id` of every item of a table, sorted. */
export async function allIds(
  engine: () => Pick<Engine, "documents">,
  TableName: string,
): Promise<unknown[]> {
  const { Items } = await engine().documents.send(
    new ScanCommand({ TableName, ConsistentRead: true }),
  );
  return (Items ?? []).map(({ id }) => id as string).toSorted();
}
