import { DeadlineExceededError, type JsonObject } from "../errors/index.ts";
import type { HealthCheckResult } from "./health.ts";

/**
 * Resolves while all is well, rejects or throws otherwise. What it resolves with stands in the report,
 * so it must be fit for whoever can read that.
 */
export type HealthCheck = (options: {
  readonly signal: AbortSignal;
}) => Promise<JsonObject | void> | JsonObject | void;

/** A check and what is known of its last run. */
export interface RegisteredCheck {
  readonly check: HealthCheck;
  readonly timeout: number;
  readonly cache: number;
  last: { readonly result: HealthCheckResult; readonly at: number } | undefined;
  running: Promise<HealthCheckResult> | undefined;
}

/** How a check ended. */
export interface CheckOutcome {
  readonly failure: { readonly error: unknown } | undefined;
  /** What the check said while all is well. Absent: nothing. */
  readonly details?: JsonObject | undefined;
  /** In whole milliseconds. */
  readonly duration: number;
}

/** Runs a check once and waits no longer than its limit, whether or not it listens to its signal. */
export async function runCheck(check: HealthCheck, timeout: number): Promise<CheckOutcome> {
  const begun = performance.now();
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new DeadlineExceededError(`No answer within ${timeout} ms.`);
      reject(error);
      controller.abort(error);
    }, timeout);
  });
  let failure: CheckOutcome["failure"];
  let details: JsonObject | undefined;
  try {
    const said = await Promise.race([(async () => check({ signal: controller.signal }))(), late]);
    // A copy: the report is kept for a while, and must stay as it was.
    if (typeof said === "object") details = JSON.parse(JSON.stringify(said)) as JsonObject;
  } catch (error) {
    failure = { error };
  } finally {
    clearTimeout(timer);
  }
  return { failure, details, duration: Math.round(performance.now() - begun) };
}
