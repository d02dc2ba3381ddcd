import { regexes } from "zod/v4/core";
import type { FieldError, JsonObject } from "@plinth/core/errors";
import { limits } from "./limits.ts";

/** When a record expires, in whole milliseconds since 1970, or what is wrong with its field. */
export interface Expiry {
  readonly expiresAt?: number | undefined;
  readonly fault?: FieldError | undefined;
}

/**
 * Finds out when a record expires.
 *
 * @param field The field with the time. If it, or its value, is absent, the record does not expire.
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

// As milliseconds it is in March 1973, as seconds in the year 5138: a smaller number is taken for seconds.
const leastMilliseconds = 100_000_000_000;

const dateTime = regexes.datetime({ offset: true });

// `Date.parse` also accepts guesses, such as "1", and takes a time without offset for local time.
function timeOf(text: string): number | undefined {
  return dateTime.test(text) ? Date.parse(text) : undefined;
}
