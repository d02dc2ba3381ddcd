import { sqlState } from "./error-code.ts";

// Conditions whose details quote what was to be stored.
const quoting = /^2[23]/;

/**
 * Takes from an error what the statement was given: errors go to logs, and records do not belong there.
 *
 * @returns the same error
 */
export function discreet(raw: unknown): unknown {
  const state = sqlState(raw);
  if (state === undefined) return raw;
  const error = raw as { params?: unknown; queryOptions?: unknown; detail?: unknown };
  delete error.params;
  delete error.queryOptions;
  if (quoting.test(state)) delete error.detail;
  return raw;
}
