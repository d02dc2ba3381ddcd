import type { CreateTableCommandInput, GlobalSecondaryIndex } from "@aws-sdk/client-dynamodb";
import type { CollectionDefinition } from "../driver/driver-collection.ts";
import { attributes, indexAttributes } from "./item.ts";

/** The name of an index on DynamoDB, where names have at least three characters. */
export function indexName(index: string): string {
  return `${index}-index`;
}

/** A table: names, keys and billing only, so that templates can use it. */
export type TableDefinition = Required<
  Pick<CreateTableCommandInput, "TableName" | "AttributeDefinitions" | "KeySchema" | "BillingMode">
> &
  Pick<CreateTableCommandInput, "GlobalSecondaryIndexes">;

/** An index of a table. It copies all fields, so that one query is one read. */
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

/** The attributes in the keys of a table and of its indexes: all are strings. */
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
