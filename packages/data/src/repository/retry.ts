import { type ErrorCode, isServiceError } from "@plinth/core/errors";
import { backOff } from "@plinth/support/back-off";
import { ClosedError } from "../driver/closed-error.ts";
import type { Driver } from "../driver/driver.ts";
import type { DriverCallOptions } from "../driver/driver-collection.ts";
import type { Lifetime } from "./lifetime.ts";

/** How long calls of a driver are repeated. */
export interface RetryPolicy {
  /** How often a call is sent at most. */
  readonly attempts: number;
  /** The present, in milliseconds since 1970. */
  readonly clock: () => number;
  /** Ends all of them when the database is closed. */
  readonly lifetime: Lifetime;
}

/** Limits of one call. */
export interface RetryOptions {
  /** Aborted when nobody waits any more. */
  readonly signal?: AbortSignal | undefined;
  /** When the caller's time runs out, in milliseconds since 1970. Default: never. */
  readonly deadline?: number | undefined;
  /** Makes what is rejected with out of the raw error. Default: the raw error itself. */
  readonly wrap?: ((raw: unknown) => unknown) | undefined;
}

/**
 * One attempt of a call.
 *
 * @param repeated whether an attempt before may have taken effect although its answer was lost
 */
export type Attempt<R> = (options: DriverCallOptions, repeated: boolean) => Promise<R>;

const transientCodes: ReadonlySet<ErrorCode> = new Set([
  "unavailable",
  "resource_exhausted",
  "aborted",
]);

const unlimited: DriverCallOptions = {};

// A second or so in all: an engine that restarts is waited for by the callers that have the time.
const pauses = { first: 40, max: 1000 };

// An engine that takes long to fail, as one that answers by time limits, is not asked over and over.
const maxRetryTime = 5000;

/**
 * Calls a driver, again after a random, growing pause while it rejects with what may pass: it cannot
 * be reached, has no capacity left, or met a concurrent change. This is the one place that repeats
 * calls. Rejects with the last error when the attempts or the time run out, and with a
 * {@link ClosedError} when the database is closed.
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
