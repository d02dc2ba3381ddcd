import type { Item } from "./item.ts";

/** The names and values that the expressions of one request stand for. */
export interface ExpressionParameters {
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Item;
}

/** Holds while a record has not expired. */
export const notExpired = "(attribute_not_exists(#expiresAt) OR #expiresAt > :now)";
