import type { EmbeddedDatabase } from "./embedded-database.ts";
import type { CustomCheck, FieldTypes, Wire } from "./dynalite-modules.ts";
import { ApiError } from "./api-error.ts";
import { returnOnFailureType } from "./single-write.ts";

export type TransactionOperation = "Put" | "Update" | "Delete" | "ConditionCheck" | "Get";

/** One element of TransactItems, taken apart. `data` carries the parsed expressions. */
export interface TransactionAction {
  readonly operation: TransactionOperation;
  readonly data: Wire;
}

/** Which of dynalite's descriptions checks which of ours, and what it demands beyond. */
const descriptions: Readonly<
  Record<TransactionOperation, { like: string; fields: readonly string[]; required: string[] }>
> = {
  Put: { like: "PutItem", fields: ["Item"], required: [] },
  Update: {
    like: "UpdateItem",
    fields: ["Key", "UpdateExpression"],
    required: ["UpdateExpression"],
  },
  Delete: { like: "DeleteItem", fields: ["Key"], required: [] },
  ConditionCheck: { like: "DeleteItem", fields: ["Key"], required: ["ConditionExpression"] },
  Get: { like: "GetItem", fields: ["Key", "ProjectionExpression"], required: [] },
};

const writeFields = ["ConditionExpression", "ExpressionAttributeValues"];
const commonFields = ["TableName", "ExpressionAttributeNames"];

/** The fields of TransactWriteItems or TransactGetItems for dynalite's checks. */
export function transactionTypes(
  database: EmbeddedDatabase,
  operations: readonly TransactionOperation[],
): FieldTypes {
  const children = Object.fromEntries(
    operations.map((operation) => [
      operation,
      { type: `FieldStruct<${operation}>`, children: actionTypes(database, operation) },
    ]),
  );
  return {
    ReturnConsumedCapacity: { type: "String", enum: ["INDEXES", "TOTAL", "NONE"] },
    TransactItems: {
      type: "List",
      notNull: true,
      lengthGreaterThanOrEqual: 1,
      lengthLessThanOrEqual: 100,
      children: { type: "ValueStruct<TransactItem>", children },
    },
  };
}

function actionTypes(database: EmbeddedDatabase, operation: TransactionOperation): FieldTypes {
  const { like, fields, required } = descriptions[operation];
  const { types } = database.dynalite.validation(like);
  const own = operation === "Get" ? [] : writeFields;
  const result: FieldTypes = {};
  for (const field of [...commonFields, ...fields, ...own]) {
    const type = types[field] as Wire;
    result[field] = required.includes(field) ? { ...type, notNull: true } : type;
  }
  if (operation !== "Get") result["ReturnValuesOnConditionCheckFailure"] = returnOnFailureType;
  return result;
}

/** The check that needs more than one field: exactly one action each, expressions that parse. */
export function checkActions(database: EmbeddedDatabase): CustomCheck {
  return (data, store) => {
    for (const item of data["TransactItems"] as Wire[]) {
      const operations = Object.keys(item);
      if (operations.length > 1) {
        return "TransactItems can only contain one of Check, Put, Update or Delete";
      }
      if (operations.length === 0) {
        return "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request";
      }
      for (const { operation, data } of [actionOf(item)]) {
        const { custom } = database.dynalite.validation(descriptions[operation].like);
        const message = custom?.(data, store);
        if (message !== undefined) return message;
      }
    }
    return undefined;
  };
}

/** The actions of a checked request, in order. */
export function actionsOf(data: Wire): TransactionAction[] {
  return (data["TransactItems"] as Wire[]).map((item) => actionOf(item));
}

function actionOf(item: Wire): TransactionAction {
  const [[operation, data] = []] = Object.entries(item);
  return { operation: operation as TransactionOperation, data: data as Wire };
}

/**
 * Refuses two actions on one item.
 *
 * @throws {ApiError} ValidationException; ResourceNotFoundException for an unknown table.
 */
export async function refuseDuplicates(
  database: EmbeddedDatabase,
  actions: readonly TransactionAction[],
): Promise<void> {
  const seen = new Set<string>();
  for (const { data } of actions) {
    const table = await database.table(data["TableName"] as string);
    const key = (data["Key"] ?? data["Item"]) as Wire;
    const parts = table.KeySchema.map(({ AttributeName }) => key[AttributeName]);
    const id = JSON.stringify([table.TableName, ...parts]);
    if (seen.has(id)) {
      throw new ApiError(
        "ValidationException",
        "Transaction request cannot include multiple operations on one item",
      );
    }
    seen.add(id);
  }
}

/** What transactions report: twice the units of the same single requests, for each table. */
export function transactionCapacity(
  data: Wire,
  results: readonly Wire[],
  kind: "ReadCapacityUnits" | "WriteCapacityUnits",
): Wire {
  if (!["TOTAL", "INDEXES"].includes(String(data["ReturnConsumedCapacity"]))) return {};
  const tables = new Map<string, number>();
  for (const { ConsumedCapacity } of results) {
    const { TableName, CapacityUnits } = ConsumedCapacity as Wire;
    const name = TableName as string;
    tables.set(name, (tables.get(name) ?? 0) + 2 * (CapacityUnits as number));
  }
  return {
    ConsumedCapacity: [...tables].map(([TableName, units]) => ({
      TableName,
      CapacityUnits: units,
      [kind]: units,
    })),
  };
}
