import type { TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import type { TransactAction } from "../driver/transact-action.ts";
import { toConditionParameters, toDemand } from "./condition.ts";
import { attributes, type Item, toItem, toItemKey } from "./item.ts";

/** The maximum number of actions of a transaction of DynamoDB. */
export const maxActions = 100;

type TransactItem = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

/** What a transaction needs to know about the collection of an action. */
export interface TransactTable {
  readonly table: string;
  readonly expires: boolean;
}

/** An action with its table. */
export interface TableAction extends TransactTable {
  readonly action: TransactAction["action"];
}

/** Translates an action; `undefined` for a check of nothing, which DynamoDB refuses. */
export function toTransactItem(
  { table, expires, action }: TableAction,
  marked: boolean,
): TransactItem | undefined {
  const { ConditionExpression, ...parameters } = toDemand(action, expires);
  const condition = ConditionExpression === undefined ? {} : { ConditionExpression, ...parameters };
  if (action.kind === "set") {
    return { Put: { TableName: table, Item: toItem(action.record, marked), ...condition } };
  }
  const Key = toItemKey(action.key);
  if (action.kind === "remove") return { Delete: { TableName: table, Key, ...condition } };
  if (ConditionExpression === undefined) return undefined;
  return { ConditionCheck: { TableName: table, Key, ConditionExpression, ...parameters } };
}

/**
 * Sorts the fields of stored values, at every depth: DynamoDB compares the requests of a token, and the same
 * record can have its fields in another order.
 */
export function inFixedOrder<V>(value: V): V {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(inFixedOrder) as V;
  const fields = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(fields.map(([name, inner]) => [name, inFixedOrder(inner)])) as V;
}

/**
 * Whether the requests of the same actions differ with the time, so that DynamoDB would take a repeated token
 * for another transaction.
 */
export function dependsOnTime(actions: readonly TableAction[]): boolean {
  return actions.some(({ expires, action }) => expires && action.condition.kind !== "none");
}

// Encoded keys of records have no control characters, so no record has such a key.
const tokenPrefix = "\u0001token|";

/** The key of the item that remembers a token. */
export function tokenKey(token: string): string {
  return tokenPrefix + token;
}

/** Whether an item is one that remembers a token. */
export function isTokenItem(item: Readonly<Item>): boolean {
  return String(item[attributes.key]).startsWith(tokenPrefix);
}

/** The attribute with the fingerprint of the actions of a token. */
export const fingerprintAttribute = "_fingerprint";

// As long as DynamoDB remembers tokens, and a little longer, as clocks differ.
const tokenLifetime = 15 * 60_000;

/** The write that remembers a token as part of the transaction, unless the token was used before. */
export function toTokenItem(
  table: string,
  token: string,
  fingerprint: string,
  now: number,
): TransactItem {
  const expiresAt = now + tokenLifetime;
  return {
    Put: {
      TableName: table,
      Item: {
        [attributes.key]: tokenKey(token),
        [fingerprintAttribute]: fingerprint,
        [attributes.expiresAt]: expiresAt,
        [attributes.timeToLive]: Math.ceil(expiresAt / 1000),
      },
      ...toConditionParameters({ kind: "absent", now }, true),
    },
  };
}
