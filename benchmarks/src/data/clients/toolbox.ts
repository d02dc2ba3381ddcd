import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import {
  boolean,
  Entity,
  GetItemCommand,
  item,
  list as listOf,
  number,
  PutItemCommand,
  QueryCommand,
  string,
  Table,
} from "dynamodb-toolbox";
import { list, pageSize, table, type Connect } from "../record.ts";
import { settings } from "./dynamodb-settings.ts";

/** dynamodb-toolbox over the document client as it comes. */
export const connect: Connect = async (endpoint) => {
  const documentClient = DynamoDBDocumentClient.from(new DynamoDBClient(settings(endpoint)));
  const items = new Table({
    documentClient,
    name: `${table}_toolbox`,
    partitionKey: { name: "itemId", type: "string" },
    indexes: {
      byList: {
        type: "global",
        partitionKey: { name: "list", type: "string" },
        sortKey: { name: "itemId", type: "string" },
      },
    },
  });
  const entity = new Entity({
    name: "item",
    table: items,
    timestamps: false,
    schema: item({
      itemId: string().key(),
      list: string(),
      name: string(),
      description: string(),
      city: string(),
      country: string(),
      count: number(),
      price: number(),
      active: boolean(),
      tags: listOf(string()),
    }),
  });
  return {
    put: (given) => entity.build(PutItemCommand).item(given).send(),
    get: async (itemId) => {
      const command = entity.build(GetItemCommand).key({ itemId }).options({ consistent: true });
      const { Item: found } = await command.send();
      return found;
    },
    query: async () => {
      const { Items = [] } = await items
        .build(QueryCommand)
        .query({ index: "byList", partition: list })
        .entities(entity)
        .options({ limit: pageSize })
        .send();
      return Items;
    },
  };
};
