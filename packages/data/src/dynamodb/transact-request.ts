import type { TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import type { TransactAction } from "../driver/transact-action.ts";
import { toConditionParameters, toDemand } from "./condition.ts";
import { attributes, type Item, toItem, toItemKey } from "./item.ts";

/** The most actions that DynamoDB takes at a time. */
export const maxActions = 100;

type TransactItem = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

/** What a transaction has to know of the collection of an action. */
export interface TransactTable {
  readonly table: string;
  readonly expires: boolean;
}

/** One action together with the table that it is for. */
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
 * Orders the fields of what is stored, at every depth: DynamoDB compares the requests of a token, and
 * the same record can come with its fields in another order.
 */
export function inFixedOrder<V>(value: V): V {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(inFixedOrder) as V;
  const fields = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(fields.map(([name, inner]) => [name, inFixedOrder(inner)])) as V;
}

/**
 * Whether the same actions are another request at another time, so that DynamoDB would take the
 * repetition of a token for its misuse.
 */
export function dependsOnTime(actions: readonly TableAction[]): boolean {
  return actions.some(({ expires, action }) => expires && action.condition.kind !== "none");
}

// Encoded keys of records hold no control characters: this is none of them.
const tokenPrefix = "\u0001token|";

/** The key of the item that remembers a token. */
export function tokenKey(token: string): string {
  return tokenPrefix + token;
}

/** Whether an item is one that remembers a token. */
export function isTokenItem(item: Readonly<Item>): boolean {
  return String(item[attributes.key]).startsWith(tokenPrefix);
}

/** The attribute that tells what a token was used for. */
export const fingerprintAttribute = "_fingerprint";

// As long as DynamoDB remembers tokens, and a little more for clocks that differ.
const tokenLifetime = 15 * 60_000;

/** The write that remembers a token along with the transaction, unless the token was used before. */
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
