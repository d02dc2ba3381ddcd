import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
} from "@aws-sdk/lib-dynamodb";
import { list, pageSize, table, type Connect, type Item } from "../record.ts";
import { settings } from "./dynamodb-settings.ts";

/** The SDK's document client as it comes: what the others are compared to. */
export const connect: Connect = async (endpoint) => {
  const client = new DynamoDBClient(settings(endpoint));
  const documents = DynamoDBDocumentClient.from(client);
  const TableName = `${table}_raw`;
  await client
    .send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [{ AttributeName: "itemId", KeyType: "HASH" }],
        AttributeDefinitions: ["itemId", "list"].map((AttributeName) => ({
          AttributeName,
          AttributeType: "S" as const,
        })),
        GlobalSecondaryIndexes: [
          {
            IndexName: "byList",
            KeySchema: [
              { AttributeName: "list", KeyType: "HASH" },
              { AttributeName: "itemId", KeyType: "RANGE" },
            ],
            Projection: { ProjectionType: "ALL" },
          },
        ],
      }),
    )
    .catch((error: Error) => {
      if (error.name !== "ResourceInUseException") throw error;
    });
  return {
    put: (item) => documents.send(new PutCommand({ TableName, Item: item })),
    get: async (itemId) => {
      const { Item: found } = await documents.send(
        new GetCommand({ TableName, Key: { itemId }, ConsistentRead: true }),
      );
      return found as Item | undefined;
    },
    query: async () => {
      const { Items = [] } = await documents.send(
        new QueryCommand({
          TableName,
          IndexName: "byList",
          KeyConditionExpression: "#list = :list",
          ExpressionAttributeNames: { "#list": "list" },
          ExpressionAttributeValues: { ":list": list },
          Limit: pageSize,
        }),
      );
      return Items as Item[];
    },
  };
};
