import { DeadlineExceededError } from "../errors/index.ts";
import type { HealthCheckResult } from "./health.ts";

/** Resolves while all is well, rejects or throws otherwise. */
export type HealthCheck = (options: { readonly signal: AbortSignal }) => Promise<void> | void;

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
  try {
    await Promise.race([(async () => check({ signal: controller.signal }))(), late]);
  } catch (error) {
    failure = { error };
  } finally {
    clearTimeout(timer);
  }
  return { failure, duration: Math.round(performance.now() - begun) };
}
