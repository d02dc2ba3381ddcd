import type { JsonObject, SerializedError } from "../errors/index.ts";

/**
 * Resolves while all is well, rejects or throws otherwise. The report shows what it resolves with, so that
 * must be fit for every reader of the report.
 */
export type HealthCheck = (options: {
  readonly signal: AbortSignal;
}) => Promise<JsonObject | void> | JsonObject | void;

/** Options of a health check. */
export interface HealthCheckOptions {
  /** After how many milliseconds the check counts as failed. Default: 2,000. */
  readonly timeout?: number;
  /** For how many milliseconds a result is reused. Default: 1,000. With 0, never. */
  readonly cache?: number;
}

/** The result of one check. */
export interface HealthCheckResult {
  readonly status: "up" | "down";
  /** When the check ended, in ISO 8601. */
  readonly checkedAt: string;
  /** How long it took, in whole milliseconds. */
  readonly duration: number;
  /** Why it is down, in the form that callers may see; the log has the whole error. */
  readonly error?: SerializedError;
  /** What the check resolved with, such as the length of a queue. */
  readonly details?: JsonObject;
}
