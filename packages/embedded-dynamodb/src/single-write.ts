import type { EmbeddedDatabase } from "./embedded-database.ts";
import type { AttributeMap, Wire } from "./dynalite-modules.ts";
import { ApiError, apiErrorType } from "./api-error.ts";
import { stageWrite } from "./staged-write.ts";

export const returnOnFailureType: Wire = { type: "String", enum: ["ALL_OLD", "NONE"] };

/** PutItem, UpdateItem, DeleteItem; the item comes with a failed condition where asked for. */
export function writeItem(
  database: EmbeddedDatabase,
  operation: string,
  request: Wire,
): Promise<Wire> {
  const data = database.validateAs(operation, request, {
    ReturnValuesOnConditionCheckFailure: returnOnFailureType,
  });
  return database.exclusively(async () => {
    try {
      const { result, operations } = await stageWrite(database, operation, data);
      await database.store.db.batch(operations);
      return result;
    } catch (error) {
      if (apiErrorType(error) !== "ConditionalCheckFailedException") throw error;
      const item = await itemOnFailure(database, data);
      throw new ApiError(
        "ConditionalCheckFailedException",
        "The conditional request failed",
        item && { Item: item },
      );
    }
  });
}

/** BatchWriteItem: all or nothing here, though callers cannot rely on it. */
export function writeBatch(database: EmbeddedDatabase, request: Wire): Promise<Wire> {
  const data = database.validateAs("BatchWriteItem", request);
  return database.exclusively(async () => {
    const { result, operations } = await stageWrite(database, "BatchWriteItem", data);
    await database.store.db.batch(operations);
    return result;
  });
}

/** The stored item, where the request asks for it on a failed condition. */
export function itemOnFailure(
  database: EmbeddedDatabase,
  data: Wire,
): Promise<AttributeMap | undefined> {
  if (data["ReturnValuesOnConditionCheckFailure"] !== "ALL_OLD") return Promise.resolve(undefined);
  return storedItem(database, data);
}

/** The item that a request is about, by its `Key` or `Item`. */
export async function storedItem(
  database: EmbeddedDatabase,
  data: Wire,
): Promise<AttributeMap | undefined> {
  const name = data["TableName"] as string;
  const table = await database.table(name);
  const key = database.dynalite.db.createKey(data["Key"] ?? data["Item"], table);
  return new Promise((resolve, reject) => {
    database.store.getItemDb(name).get(key, (error, item) => {
      if (error) reject(error);
      else resolve(item);
    });
  });
}
