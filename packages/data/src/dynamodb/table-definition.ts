import type { CreateTableCommandInput, GlobalSecondaryIndex } from "@aws-sdk/client-dynamodb";
import type { CollectionDefinition } from "../driver/driver-collection.ts";
import { attributes, indexAttributes } from "./item.ts";

/** What DynamoDB calls an index: its own names have three characters at least. */
export function indexName(index: string): string {
  return `${index}-index`;
}

/** A table as it is asked for; only names, keys and billing, so that templates can say the same. */
export type TableDefinition = Required<
  Pick<CreateTableCommandInput, "TableName" | "AttributeDefinitions" | "KeySchema" | "BillingMode">
> &
  Pick<CreateTableCommandInput, "GlobalSecondaryIndexes">;

/** What an index of a table looks like: all fields are copied, so that one query is one read. */
export function indexDefinition(index: string): GlobalSecondaryIndex {
  const { partition, sort } = indexAttributes(index);
  return {
    IndexName: indexName(index),
    KeySchema: [
      { AttributeName: partition, KeyType: "HASH" },
      { AttributeName: sort, KeyType: "RANGE" },
    ],
    Projection: { ProjectionType: "ALL" },
  };
}

/** The attributes that the keys of a table, and of these indexes, are made of: all are strings. */
export function attributeDefinitions(
  indexes: readonly string[],
): { AttributeName: string; AttributeType: "S" }[] {
  const names = indexes.map(indexAttributes).flatMap(({ partition, sort }) => [partition, sort]);
  return [attributes.key, ...names].map((AttributeName) => ({ AttributeName, AttributeType: "S" }));
}

/** The table of a collection. */
export function tableDefinition({ name, indexes }: CollectionDefinition): TableDefinition {
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: attributeDefinitions(indexes),
    KeySchema: [{ AttributeName: attributes.key, KeyType: "HASH" }],
    ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes.map(indexDefinition) }),
  };
}
