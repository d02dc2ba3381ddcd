import type { EmbeddedDatabase } from "./embedded-database.ts";
import type { AttributeMap, BatchOperation, FieldTypes, Wire } from "./dynalite-modules.ts";
import { ApiError } from "./api-error.ts";
import { stageWrite } from "./staged-write.ts";

const settingKey = (table: string) => `plinth-ttl~${table}`;
/** DynamoDB takes a time further back for a mistake and keeps the item. */
const oldestExpirySeconds = 5 * 365 * 24 * 60 * 60;

const updateTypes = (database: EmbeddedDatabase): FieldTypes => ({
  ...database.dynalite.validation("DescribeTimeToLive").types,
  TimeToLiveSpecification: {
    type: "FieldStruct<TimeToLiveSpecification>",
    notNull: true,
    children: {
      AttributeName: {
        type: "String",
        notNull: true,
        lengthGreaterThanOrEqual: 1,
        lengthLessThanOrEqual: 255,
      },
      Enabled: { type: "Boolean", notNull: true },
    },
  },
});

/** UpdateTimeToLive; takes effect at once, and may be repeated at once. */
export function updateTimeToLive(database: EmbeddedDatabase, request: Wire): Promise<Wire> {
  const data = database.validate(request, updateTypes(database));
  const { AttributeName, Enabled } = data["TimeToLiveSpecification"] as {
    AttributeName: string;
    Enabled: boolean;
  };
  return database.exclusively(async () => {
    const { TableName } = await database.table(data["TableName"] as string);
    const current = await expiryAttribute(database, TableName);
    const refuse = (message: string) => new ApiError("ValidationException", message);
    if (Enabled && current === AttributeName) throw refuse("TimeToLive is already enabled");
    if (!Enabled && current === undefined) throw refuse("TimeToLive is already disabled");
    if (current !== undefined && current !== AttributeName) {
      throw refuse(
        `TimeToLive is active on a different AttributeName: current AttributeName is ${current}`,
      );
    }
    if (Enabled) await database.store.db.put(settingKey(TableName), AttributeName);
    else await forgetTimeToLive(database, TableName);
    return { TimeToLiveSpecification: { AttributeName, Enabled } };
  });
}

/** DescribeTimeToLive. */
export async function describeTimeToLive(database: EmbeddedDatabase, request: Wire): Promise<Wire> {
  const data = database.validateAs("DescribeTimeToLive", request);
  const { TableName } = await database.table(data["TableName"] as string);
  const attribute = await expiryAttribute(database, TableName);
  return {
    TimeToLiveDescription:
      attribute === undefined
        ? { TimeToLiveStatus: "DISABLED" }
        : { TimeToLiveStatus: "ENABLED", AttributeName: attribute },
  };
}

/** For a deleted table: a new one of its name starts without the setting. */
export function forgetTimeToLive(database: EmbeddedDatabase, table: string): Promise<void> {
  return database.store.db.del(settingKey(table));
}

/** Deletes the expired items of a table, from its indexes too. Reads the whole table. */
export async function removeExpired(database: EmbeddedDatabase, name: string): Promise<void> {
  const attribute = await expiryAttribute(database, name);
  if (attribute === undefined) return;
  await database.exclusively(async () => {
    const { KeySchema } = await database.table(name);
    const removals: BatchOperation[] = [];
    const range = { gte: `item-${name}~`, lt: `item-${name}~\u{FFFF}` };
    for await (const value of database.store.db.values(range)) {
      const item = value as AttributeMap;
      if (!isExpired(item, attribute, database.now())) continue;
      const Key = Object.fromEntries(
        KeySchema.map(({ AttributeName }) => [AttributeName, item[AttributeName]]),
      );
      const staged = await stageWrite(database, "DeleteItem", { TableName: name, Key });
      removals.push(...staged.operations);
    }
    await database.store.db.batch(removals);
  });
}

async function expiryAttribute(
  database: EmbeddedDatabase,
  table: string,
): Promise<string | undefined> {
  return (await database.store.db.get(settingKey(table))) as string | undefined;
}

function isExpired(item: AttributeMap, attribute: string, now: number): boolean {
  const expiry = item[attribute]?.["N"];
  if (typeof expiry !== "string") return false;
  const overdueSeconds = now / 1000 - Number(expiry);
  return overdueSeconds > 0 && overdueSeconds < oldestExpirySeconds;
}
