import { setTimeout as delay } from "node:timers/promises";
import { FailedPreconditionError } from "@plinth/core/errors";
import type { CollectionDefinition, DriverCallOptions } from "../driver/driver-collection.ts";
import type { DynamoDb } from "./connect.ts";
import { attributes } from "./item.ts";
import { sendOptions } from "./item-sender.ts";
import { attributeDefinitions, indexDefinition, tableDefinition } from "./table-definition.ts";
import { isReady, type KnownTable, missingIndexes, tableFaults } from "./table-faults.ts";

const pollInterval = 200;
const defaultWait = 120_000;

/**
 * Creates missing parts of a collection, and waits until it is usable. Rejects with `failed_precondition` if
 * existing parts do not match.
 *
 * @param maxWait In milliseconds. Then it rejects with `failed_precondition`, and names what is not ready:
 *   building an index of a large table takes hours, and some local engines never finish.
 */
export async function ensureTable(
  dynamoDb: DynamoDb,
  definition: CollectionDefinition,
  options: DriverCallOptions,
  maxWait: number = defaultWait,
): Promise<void> {
  const begun = performance.now();
  for (;;) {
    const table = await describeTable(dynamoDb, definition.name, options);
    if (table === undefined) {
      await createTable(dynamoDb, definition, options);
    } else if (isReady(table)) {
      const [index] = missingIndexes(definition, table);
      if (index === undefined) {
        checkShape(definition, table);
        break;
      }
      await addIndex(dynamoDb, definition.name, index, options);
    } else {
      if (performance.now() - begun >= maxWait) throw notReady(definition, table);
      await delay(pollInterval, undefined, options);
    }
  }
  if (definition.expires) await enableTimeToLive(dynamoDb, definition.name, options);
}

/** Missing parts can be added to a table; existing parts cannot be changed. */
function checkShape(definition: CollectionDefinition, table: KnownTable): void {
  const faults = tableFaults({ ...definition, expires: false }, table, undefined);
  if (faults.length === 0) return;
  throw new FailedPreconditionError(
    `What is there is not what the collection needs. ${faults.join(" ")}`,
  );
}

function notReady(definition: CollectionDefinition, table: KnownTable): FailedPreconditionError {
  const faults = tableFaults({ ...definition, expires: false }, table, undefined);
  return new FailedPreconditionError(
    `DynamoDB takes long to make the table "${definition.name}" ready. ${faults.join(" ")}`.trim(),
  );
}

/** Why a collection is not usable: one sentence per fault. */
export async function checkTable(
  dynamoDb: DynamoDb,
  definition: CollectionDefinition,
  options: DriverCallOptions,
): Promise<readonly string[]> {
  const table = await describeTable(dynamoDb, definition.name, options);
  const timeToLive =
    table !== undefined && definition.expires
      ? await timeToLiveAttribute(dynamoDb, definition.name, options)
      : undefined;
  return tableFaults(definition, table, timeToLive);
}

async function describeTable(
  { client, tables }: DynamoDb,
  name: string,
  options: DriverCallOptions,
): Promise<KnownTable | undefined> {
  try {
    const { Table } = await client.send(
      new tables.DescribeTableCommand({ TableName: name }),
      sendOptions(options),
    );
    return Table;
  } catch (error) {
    if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

async function createTable(
  { client, tables }: DynamoDb,
  definition: CollectionDefinition,
  options: DriverCallOptions,
): Promise<void> {
  const request = new tables.CreateTableCommand(tableDefinition(definition));
  await unlessUnderWay(client.send(request, sendOptions(options)));
}

// DynamoDB builds one index of a table at a time.
async function addIndex(
  { client, tables }: DynamoDb,
  name: string,
  index: string,
  options: DriverCallOptions,
): Promise<void> {
  const request = new tables.UpdateTableCommand({
    TableName: name,
    AttributeDefinitions: attributeDefinitions([index]),
    GlobalSecondaryIndexUpdates: [{ Create: indexDefinition(index) }],
  });
  await unlessUnderWay(client.send(request, sendOptions(options)));
}

async function timeToLiveAttribute(
  { client, tables }: DynamoDb,
  name: string,
  options: DriverCallOptions,
): Promise<string | undefined> {
  const { TimeToLiveDescription: found } = await client.send(
    new tables.DescribeTimeToLiveCommand({ TableName: name }),
    sendOptions(options),
  );
  const isOn = found?.TimeToLiveStatus === "ENABLED" || found?.TimeToLiveStatus === "ENABLING";
  return isOn ? found.AttributeName : undefined;
}

async function enableTimeToLive(
  dynamoDb: DynamoDb,
  name: string,
  options: DriverCallOptions,
): Promise<void> {
  if ((await timeToLiveAttribute(dynamoDb, name, options)) === attributes.timeToLive) return;
  const { client, tables } = dynamoDb;
  const request = new tables.UpdateTimeToLiveCommand({
    TableName: name,
    TimeToLiveSpecification: { Enabled: true, AttributeName: attributes.timeToLive },
  });
  try {
    await unlessUnderWay(client.send(request, sendOptions(options)));
  } catch (error) {
    // With concurrent starts, the second one gets the error that it is on already.
    const current = await timeToLiveAttribute(dynamoDb, name, options);
    if (current !== attributes.timeToLive) throw error;
  }
}

/** Ignores the error that another process makes the same change. The next check shows its progress. */
async function unlessUnderWay(change: Promise<unknown>): Promise<void> {
  try {
    await change;
  } catch (error) {
    const isUnderWay =
      error instanceof Error &&
      (error.name === "ResourceInUseException" || /already exists/i.test(error.message));
    if (!isUnderWay) throw error;
  }
}
