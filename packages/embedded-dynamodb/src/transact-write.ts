import type { EmbeddedDatabase } from "./embedded-database.ts";
import type { BatchOperation, Wire } from "./dynalite-modules.ts";
import { ApiError } from "./api-error.ts";
import { itemBytes } from "./check-item.ts";
import { reasonOf, transactionCancelled, type CancellationReason } from "./cancellation.ts";
import { payloadDigest, rememberToken, wasDone } from "./idempotency-tokens.ts";
import { itemOnFailure, storedItem } from "./single-write.ts";
import { stageWrite, type StagedWrite } from "./staged-write.ts";
import {
  actionsOf,
  checkActions,
  refuseDuplicates,
  transactionCapacity,
  transactionTypes,
  type TransactionAction,
} from "./transaction-request.ts";

const maximumBytes = 4 * 1024 * 1024;

/**
 * TransactWriteItems. Every action is staged against the same state, under the write mutex; only
 * where all of them pass is anything written, in one batch together with the client's token.
 */
export function transactWrite(database: EmbeddedDatabase, request: Wire): Promise<Wire> {
  const digest = payloadDigest(request["TransactItems"]);
  const data = database.validate(
    request,
    {
      ...transactionTypes(database, ["ConditionCheck", "Put", "Delete", "Update"]),
      ClientRequestToken: {
        type: "String",
        lengthGreaterThanOrEqual: 1,
        lengthLessThanOrEqual: 36,
      },
    },
    checkActions(database),
  );
  const token = data["ClientRequestToken"] as string | undefined;
  const actions = actionsOf(data);
  return database.exclusively(async () => {
    if (token !== undefined && (await wasDone(database, token, digest))) return {};
    await refuseDuplicates(database, actions);
    const staged = await stageAll(database, actions, data["ReturnConsumedCapacity"]);
    const operations = staged.flatMap((write) => write.operations);
    refuseOversize(database, operations);
    if (token !== undefined) operations.push(rememberToken(database, token, digest));
    await database.store.db.batch(operations);
    return transactionCapacity(
      data,
      staged.map(({ result }) => result),
      "WriteCapacityUnits",
    );
  });
}

async function stageAll(
  database: EmbeddedDatabase,
  actions: readonly TransactionAction[],
  capacity: unknown,
): Promise<StagedWrite[]> {
  const staged: StagedWrite[] = [];
  const reasons: CancellationReason[] = [];
  for (const { operation, data } of actions) {
    if (capacity !== undefined) data["ReturnConsumedCapacity"] = capacity;
    try {
      staged.push(
        operation === "ConditionCheck"
          ? await checkCondition(database, data)
          : await stageWrite(database, `${operation}Item`, data),
      );
      reasons.push({ Code: "None" });
    } catch (error) {
      reasons.push(reasonOf(error, await itemOnFailure(database, data)));
    }
  }
  if (reasons.some(({ Code }) => Code !== "None")) throw transactionCancelled(reasons);
  return staged;
}

async function checkCondition(database: EmbeddedDatabase, data: Wire): Promise<StagedWrite> {
  const { db } = database.dynalite;
  const table = await database.table(data["TableName"] as string);
  const badKey = db.validateKey(data["Key"], table);
  if (badKey) throw badKey;
  const item = await storedItem(database, data);
  const failed = db.checkConditional(data, item);
  if (failed) throw failed;
  const capacity = db.addConsumedCapacity(data, false, item);
  return { result: capacity ? { ConsumedCapacity: capacity } : {}, operations: [] };
}

function refuseOversize(database: EmbeddedDatabase, operations: readonly BatchOperation[]): void {
  let bytes = 0;
  for (const operation of operations) {
    if (operation.type === "put" && operation.key.startsWith("item-")) {
      bytes += itemBytes(database, operation.value as Parameters<typeof itemBytes>[1]);
    }
  }
  if (bytes <= maximumBytes) return;
  throw new ApiError(
    "ValidationException",
    `The items of a transaction may have ${maximumBytes} bytes together; these have ${bytes}`,
  );
}
