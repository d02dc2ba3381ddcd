import { sqlState } from "./error-code.ts";

// Conditions with details that quote stored values.
const quoting = /^2[23]/;

/**
 * Removes the values of a statement from an error: errors go to logs, where records do not belong.
 *
 * @returns The same error.
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
