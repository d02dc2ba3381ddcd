import type { JsonObject, SerializedError } from "../errors/index.ts";

/**
 * Resolves while all is well, rejects or throws otherwise. The report shows what it resolves with, so that
 * must be fit for every reader of the report.
 */
export type HealthCheck = (options: {
  readonly signal: AbortSignal;
}) => Promise<JsonObject | void> | JsonObject | void;

/** Options of one check. */
export interface HealthCheckOptions {
  /** After how many milliseconds a check counts as failed. Absent: 2,000. */
  readonly timeout?: number;
  /** For how many milliseconds a result is used again. Absent: 1,000; 0: never. */
  readonly cache?: number;
}

/** The result of one check. */
export interface HealthCheckResult {
  readonly status: "up" | "down";
  /** When the check ended, as an ISO 8601 date. */
  readonly checkedAt: string;
  /** How long it took, in whole milliseconds. */
  readonly duration: number;
  /** Why it is down, as far as others may know; the log has all of it. */
  readonly error?: SerializedError;
  /** What the check has to say while it is up, such as how much work waits. */
  readonly details?: JsonObject;
}
