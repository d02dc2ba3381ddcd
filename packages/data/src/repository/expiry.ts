import type { FieldError, JsonObject } from "@plinth/core/errors";
import { limits } from "./limits.ts";

/** When a record ends, in whole milliseconds since 1970, or what is wrong with its field. */
export interface Expiry {
  readonly expiresAt?: number | undefined;
  readonly fault?: FieldError | undefined;
}

/**
 * Reads off stored data when the record ends.
 *
 * @param field the field that says so; absent, or absent from the data: the record does not end
 */
export function expiryOf(field: string | undefined, data: JsonObject): Expiry {
  const value = field === undefined ? undefined : data[field];
  if (field === undefined || value === undefined || value === null) return {};
  const time = typeof value === "string" ? Date.parse(value) : value;
  if (typeof time === "number" && time >= 0 && time <= limits.expiresAt) {
    return { expiresAt: Math.floor(time) };
  }
  const message =
    "says when the record ends, and must be milliseconds since 1970 or an ISO date-time, from 1970 to 9999";
  return { fault: { path: field, code: "invalid_value", message } };
}

/** Whether a record has ended. @param now milliseconds since 1970 */
export function isExpired(
  record: { readonly expiresAt?: number | undefined },
  now: number,
): boolean {
  return record.expiresAt !== undefined && record.expiresAt <= now;
}
