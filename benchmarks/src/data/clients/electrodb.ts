import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { Entity } from "electrodb";
import { list, pageSize, table, type Connect } from "../record.ts";
import { settings } from "./dynamodb-settings.ts";

const text = { type: "string", required: true } as const;

/** ElectroDB over the client as it comes. */
export const connect: Connect = async (endpoint) => {
  const client = new DynamoDBClient(settings(endpoint));
  const items = new Entity(
    {
      model: { entity: "item", version: "1", service: "benchmark" },
      attributes: {
        itemId: text,
        list: text,
        name: text,
        description: text,
        city: text,
        country: text,
        count: { type: "number", required: true },
        price: { type: "number", required: true },
        active: { type: "boolean", required: true },
        tags: { type: "list", items: { type: "string" }, required: true },
      },
      indexes: {
        item: { pk: { field: "pk", composite: ["itemId"] }, sk: { field: "sk", composite: [] } },
        byList: {
          index: "byList",
          pk: { field: "gsi1pk", composite: ["list"] },
          sk: { field: "gsi1sk", composite: ["itemId"] },
        },
      },
    },
    { client, table: `${table}_electrodb` },
  );
  return {
    put: (item) => items.put(item).go(),
    get: async (itemId) => {
      const { data } = await items.get({ itemId }).go({ consistent: true });
      return data ?? undefined;
    },
    query: async () => {
      const { data } = await items.query.byList({ list }).go({ limit: pageSize });
      return data;
    },
  };
};
