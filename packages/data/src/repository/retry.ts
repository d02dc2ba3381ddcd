import { type ErrorCode, isServiceError } from "@plinth/core/errors";
import { backOff } from "@plinth/support/back-off";
import { ClosedError } from "../driver/closed-error.ts";
import type { Driver } from "../driver/driver.ts";
import type { DriverCallOptions } from "../driver/driver-collection.ts";
import type { Lifetime } from "./lifetime.ts";

/** When calls of a driver are retried. */
export interface RetryPolicy {
  /** The maximum number of attempts. */
  readonly attempts: number;
  /** The present, in milliseconds since 1970. */
  readonly clock: () => number;
  /** Ends all calls when the database is closed. */
  readonly lifetime: Lifetime;
}

/** Limits of one call. */
export interface RetryOptions {
  /** Aborted once the caller has stopped waiting. */
  readonly signal?: AbortSignal | undefined;
  /** The caller's deadline, in milliseconds since 1970. Default: none. */
  readonly deadline?: number | undefined;
  /** Makes the error of the call from the raw error. Default: the raw error itself. */
  readonly wrap?: ((raw: unknown) => unknown) | undefined;
}

/**
 * One attempt of a call.
 *
 * @param repeated Whether an earlier attempt may have been applied although its answer was lost.
 */
export type Attempt<R> = (options: DriverCallOptions, repeated: boolean) => Promise<R>;

const transientCodes: ReadonlySet<ErrorCode> = new Set([
  "unavailable",
  "resource_exhausted",
  "aborted",
]);

const unlimited: DriverCallOptions = {};

// About a second in total: long enough for an engine that restarts, if the caller has the time.
const pauses = { first: 40, max: 1000 };

// An engine that takes long to fail, such as by timeouts, is not retried over and over.
const maxRetryTime = 5000;

/**
 * Calls a driver, and retries transient failures (lost connection, throttling, a write conflict) after a
 * random, growing pause. This is the only place that retries calls. Rejects with the last error when the
 * attempts or the time are used up, and with a {@link ClosedError} when the database is closed.
 */
export async function withRetries<R>(
  driver: Driver,
  { attempts, clock, lifetime }: RetryPolicy,
  { signal, deadline = Number.POSITIVE_INFINITY, wrap }: RetryOptions,
  call: Attempt<R>,
): Promise<R> {
  const options: DriverCallOptions = signal === undefined ? unlimited : { signal };
  const begun = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await lifetime.run(() => call(options, attempt > 1));
    } catch (raw) {
      const pause = backOff(attempt, pauses);
      const isOver =
        attempt >= attempts ||
        signal?.aborted === true ||
        !isTransient(driver, raw) ||
        performance.now() - begun + pause > maxRetryTime ||
        clock() + pause >= deadline;
      const rejectWith = wrap ?? ((error: unknown) => error);
      if (isOver) throw rejectWith(raw);
      await lifetime.pause(pause, options).catch((error: unknown) => {
        throw error instanceof ClosedError ? rejectWith(error) : error;
      });
    }
  }
}

function isTransient(driver: Driver, raw: unknown): boolean {
  if (raw instanceof ClosedError) return false;
  const code = isServiceError(raw) ? raw.code : driver.errorCode(raw);
  return code !== undefined && transientCodes.has(code);
}
