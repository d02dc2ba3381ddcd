import type { ErrorCode } from "@plinth/core/errors";
import { TokenReuseError } from "./token-reuse-error.ts";

// SQLSTATE of single conditions, see appendix A of the PostgreSQL manual.
const conditions: Readonly<Record<string, ErrorCode>> = {
  "25006": "unavailable", // read-only: this server has become a standby
  "25P03": "unavailable", // the transaction was idle for too long
  "26000": "unavailable", // the server has forgotten a prepared statement: nothing was run
  "40003": "unavailable", // it is not known whether the statement was completed
  "3D000": "failed_precondition", // no such database
  "3F000": "failed_precondition", // no such schema
  "42501": "permission_denied",
  "42P01": "failed_precondition", // no such table
  "42703": "failed_precondition", // no such column
  "53400": "failed_precondition", // a configured limit
  "55P03": "aborted", // a lock is not available
  "57014": "unavailable", // ended by the limit of time
  "58000": "unavailable",
  "58030": "unavailable", // input or output failed
  XX001: "data_loss",
  XX002: "data_loss",
};

// Classes of conditions: the first two characters.
const classes: Readonly<Record<string, ErrorCode>> = {
  "08": "unavailable", // connection
  "22": "invalid_argument", // data
  "23": "failed_precondition", // a constraint
  "28": "unauthenticated",
  "40": "aborted", // serialization failure, deadlock
  "42": "failed_precondition", // not the tables that we know
  "53": "resource_exhausted",
  "54": "invalid_argument", // a limit of the server
  "57": "unavailable", // the server shuts down, or starts
};

// Node's codes for a connection that failed or was lost.
const connectionCodes: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

// Messages of `pg` and PGlite that have no code.
const connectionMessages =
  /^(Connection terminated|timeout expired|Query read timeout|Client (has encountered a connection error|was closed)|PGlite is clos)/;
// A missing password, or one in a form that the server does not accept.
const credentialMessages = /^SASL: /;
const poolMessages = /^timeout exceeded when trying to connect/;

/** Maps an error of `pg` or PGlite to a code; `undefined` if it is not known. */
export function postgresErrorCode(raw: unknown): ErrorCode | undefined {
  if (raw instanceof TokenReuseError) return "invalid_argument";
  if (!(raw instanceof Error)) return undefined;
  if (raw.name === "AbortError") return "cancelled";
  if (raw.name === "TimeoutError") return "deadline_exceeded";
  const state = sqlState(raw);
  if (state !== undefined) return isOutdatedPlan(raw, state) ? "unavailable" : codeOfState(state);
  const { code, syscall } = raw as NodeJS.ErrnoException;
  // Any code of a connection attempt: the socket file of a server that is down is ENOENT.
  if (syscall === "connect" || (code !== undefined && connectionCodes.has(code))) {
    return "unavailable";
  }
  if (poolMessages.test(raw.message)) return "resource_exhausted";
  if (credentialMessages.test(raw.message)) return "unauthenticated";
  if (connectionMessages.test(raw.message)) return "unavailable";
  // Several addresses that fail together are one error without a code.
  return raw instanceof AggregateError ? postgresErrorCode(raw.errors[0]) : undefined;
}

/** The SQLSTATE of an error of the server; `undefined` for all others. */
export function sqlState(raw: unknown): string | undefined {
  if (!(raw instanceof Error)) return undefined;
  const { code, severity } = raw as Error & { code?: unknown; severity?: unknown };
  return typeof code === "string" && /^[\dA-Z]{5}$/.test(code) && severity !== undefined
    ? code
    : undefined;
}

/**
 * Whether a connection is still usable after an error: the server reported it, and is in the same state as
 * before the statement.
 */
export function survives(raw: unknown): boolean {
  const state = sqlState(raw);
  if (state === undefined || hasLostStatement(raw)) return false;
  return !/^(08|57P|XX)|^(25006|25P03|42P05)$/.test(state);
}

/**
 * Whether a connection has lost a prepared statement, or has it for an earlier state of the table. Nothing was
 * run.
 */
export function hasLostStatement(raw: unknown): boolean {
  const state = sqlState(raw);
  return state === "26000" || (state !== undefined && isOutdatedPlan(raw, state));
}

/**
 * Whether the columns of a prepared statement have changed, so that the connection refuses it for good. The
 * server's routine tells: other conditions have the same state, and messages are translated.
 */
function isOutdatedPlan(raw: unknown, state: string): boolean {
  return state === "0A000" && (raw as { routine?: unknown }).routine === "RevalidateCachedQuery";
}

function codeOfState(state: string): ErrorCode | undefined {
  const known = Object.hasOwn(conditions, state) ? conditions[state] : undefined;
  if (known !== undefined) return known;
  const wide = state.slice(0, 2);
  return Object.hasOwn(classes, wide) ? classes[wide] : undefined;
}
