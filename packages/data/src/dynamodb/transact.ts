import { InternalError, InvalidArgumentError } from "@plinth/core/errors";
import type { TransactOptions, TransactOutcome } from "../driver/transact-action.ts";
import { failedPositions } from "./cancellation.ts";
import type { DynamoDb } from "./connect.ts";
import { attemptsOf, refusesEmptyString } from "./error-code.ts";
import { attributes, toItemKey } from "./item.ts";
import { sendOptions } from "./item-sender.ts";
import {
  dependsOnTime,
  fingerprintAttribute,
  inFixedOrder,
  maxActions,
  type TableAction,
  tokenKey,
  toTokenItem,
  toTransactItem,
} from "./transact-request.ts";

/** Applies all actions or none; see `Driver.transact`. */
export async function transact(
  dynamoDb: DynamoDb,
  actions: readonly TableAction[],
  options: TransactOptions,
): Promise<TransactOutcome> {
  const { token } = options;
  // DynamoDB compares the requests of a token. If they differ with the time, and there is room for one more
  // item, the token becomes an item of the transaction.
  if (token === undefined || !dependsOnTime(actions) || actions.length >= maxActions) {
    return send(dynamoDb, actions, options, { ClientRequestToken: token });
  }
  const [{ table }] = actions as [TableAction];
  const { tokenFingerprint = "" } = options;
  const used = async (): Promise<boolean> => {
    const found = await findFingerprint(dynamoDb, table, token, options);
    if (found === undefined || found === tokenFingerprint) return found !== undefined;
    throw new InvalidArgumentError(
      `The token ${JSON.stringify(token)} was used for another transaction before.`,
    );
  };
  const remembered = toTokenItem(table, token, tokenFingerprint, Date.now());
  const outcome = await send(dynamoDb, actions, options, { remembered });
  return !outcome.applied && (await used()) ? { applied: true } : outcome;
}

interface SendOptions {
  readonly ClientRequestToken?: string | undefined;
  /** An item that follows the actions. */
  readonly remembered?: ReturnType<typeof toTokenItem> | undefined;
}

async function send(
  dynamoDb: DynamoDb,
  actions: readonly TableAction[],
  options: TransactOptions,
  { ClientRequestToken, remembered }: SendOptions,
): Promise<TransactOutcome> {
  const { documents, items, quirks } = dynamoDb;
  const translated = actions.flatMap((action, position) => {
    const item = toTransactItem(action, quirks.refusesEmptyStrings);
    return item === undefined ? [] : [{ item, position }];
  });
  if (translated.length === 0) return { applied: true };
  const TransactItems = translated.map(({ item }) => item);
  if (remembered !== undefined) TransactItems.push(remembered);
  try {
    await documents.send(
      new items.TransactWriteCommand(
        ClientRequestToken === undefined
          ? { TransactItems }
          : { TransactItems: inFixedOrder(TransactItems), ClientRequestToken },
      ),
      sendOptions(options),
    );
    return { applied: true };
  } catch (error) {
    if (!quirks.refusesEmptyStrings && refusesEmptyString(error)) {
      quirks.refusesEmptyStrings = true;
      return send(dynamoDb, actions, options, { ClientRequestToken, remembered });
    }
    const failed = failedPositions(error);
    if (failed.length === 0) throw error;
    return {
      applied: false,
      failed: failed.flatMap((place) => translated[place]?.position ?? []),
      uncertain: attemptsOf(error) > 1,
    };
  }
}

async function findFingerprint(
  { sender }: DynamoDb,
  table: string,
  token: string,
  options: TransactOptions,
): Promise<string | undefined> {
  const { Item } = await sender.get(
    { TableName: table, Key: toItemKey(tokenKey(token)), ConsistentRead: true },
    options,
  );
  if (Item === undefined || Number(Item[attributes.expiresAt]) <= Date.now()) return undefined;
  const found: unknown = Item[fingerprintAttribute];
  if (typeof found === "string") return found;
  throw new InternalError(`The item of the token ${JSON.stringify(token)} has no fingerprint.`);
}
