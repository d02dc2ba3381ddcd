import type { Item } from "./item.ts";

/** The names and values in the expressions of one request. */
export interface ExpressionParameters {
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Item;
}

/** Holds for records that have not expired. */
export const notExpired = "(attribute_not_exists(#expiresAt) OR #expiresAt > :now)";
