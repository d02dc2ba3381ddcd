import type { KeySchemaElement, TableDescription } from "@aws-sdk/client-dynamodb";
import type { CollectionDefinition } from "../driver/driver-collection.ts";
import { attributes } from "./item.ts";
import { indexDefinition, indexName, tableDefinition } from "./table-definition.ts";

/** The parts of a table's description that are checked. */
export type KnownTable = Pick<
  TableDescription,
  "TableStatus" | "KeySchema" | "GlobalSecondaryIndexes"
>;

/** The declared indexes that a table does not have. */
export function missingIndexes(
  { indexes }: CollectionDefinition,
  table: KnownTable,
): readonly string[] {
  const there = new Set(table.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName));
  return indexes.filter((index) => !there.has(indexName(index)));
}

/** Whether a table, and each of its indexes, can be used. */
export function isReady({ TableStatus, GlobalSecondaryIndexes = [] }: KnownTable): boolean {
  return (
    TableStatus === "ACTIVE" &&
    GlobalSecondaryIndexes.every(({ IndexStatus = "ACTIVE" }) => IndexStatus === "ACTIVE")
  );
}

/**
 * Why a collection is not usable: one sentence per fault.
 *
 * @param timeToLive The attribute by which the engine removes expired items. Absent: none.
 */
export function tableFaults(
  definition: CollectionDefinition,
  table: KnownTable | undefined,
  timeToLive: string | undefined,
): readonly string[] {
  const name = `table "${definition.name}"`;
  if (table === undefined) return [`The ${name} does not exist.`];
  const { TableStatus = "ACTIVE", KeySchema, GlobalSecondaryIndexes = [] } = table;
  if (TableStatus !== "ACTIVE" && TableStatus !== "UPDATING") {
    return [`The ${name} is ${TableStatus}.`];
  }
  const faults: string[] = [];
  if (!isSameKey(KeySchema, tableDefinition(definition).KeySchema)) {
    faults.push(`The ${name} does not have the key ${attributes.key}.`);
  }
  for (const index of missingIndexes(definition, table)) {
    faults.push(`The ${name} has no index "${indexName(index)}".`);
  }
  for (const index of definition.indexes) {
    const found = GlobalSecondaryIndexes.find(({ IndexName }) => IndexName === indexName(index));
    if (found === undefined) continue;
    const { KeySchema: expected = [] } = indexDefinition(index);
    const label = `The index "${indexName(index)}" of the ${name}`;
    const projection = found.Projection?.ProjectionType ?? "ALL";
    if (!isSameKey(found.KeySchema, expected)) {
      faults.push(`${label} does not have the key ${expected.map(nameOf).join(", ")}.`);
    } else if (projection !== "ALL") {
      // A query returns what the index has, and the repository would take the rest for lost.
      faults.push(`${label} has the projection ${projection}, not ALL.`);
    } else if (found.IndexStatus === "CREATING" || found.IndexStatus === "DELETING") {
      faults.push(`${label} is ${found.IndexStatus}.`);
    }
  }
  if (definition.expires && timeToLive !== attributes.timeToLive) {
    faults.push(`The ${name} has no time to live on the attribute ${attributes.timeToLive}.`);
  }
  return faults;
}

function isSameKey(
  found: readonly KeySchemaElement[] | undefined,
  expected: readonly KeySchemaElement[] | undefined,
): boolean {
  const text = (key: readonly KeySchemaElement[] = []): string =>
    key.map((part) => `${nameOf(part)} ${part.KeyType}`).join();
  return text(found) === text(expected);
}

function nameOf({ AttributeName }: KeySchemaElement): string {
  return AttributeName ?? "";
}
