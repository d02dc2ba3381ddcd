import { regexes } from "zod/v4/core";
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
  if (field === undefined || !Object.hasOwn(data, field)) return {};
  const value = data[field];
  if (value === undefined || value === null) return {};
  const time = typeof value === "string" ? timeOf(value) : value;
  if (typeof time === "number" && time >= 0 && time <= limits.expiresAt) {
    const areSeconds = typeof value === "number" && value < leastMilliseconds;
    if (!areSeconds) return { expiresAt: Math.floor(time) };
  }
  const message =
    "says when the record ends, and must be milliseconds since 1970 (not seconds), or an ISO 8601 date-time with an offset, up to the year 9999";
  return { fault: { path: field, code: "invalid_value", message } };
}

// As milliseconds in March 1973, as seconds in the year 5138: a smaller number was meant to be seconds.
const leastMilliseconds = 100_000_000_000;

const dateTime = regexes.datetime({ offset: true });

// `Date.parse` also takes what it merely guesses, such as "1", and a time without offset as the machine's own.
function timeOf(text: string): number | undefined {
  return dateTime.test(text) ? Date.parse(text) : undefined;
}
