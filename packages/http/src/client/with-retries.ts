import { setTimeout as delay } from "node:timers/promises";
import {
  isServiceError,
  remainingTime,
  type RequestContext,
  type ServiceError,
} from "@plinth/core";
import { backOff } from "@plinth/support/back-off";
import type { RetryBudget } from "./retry-budget.ts";

const waits = { first: 100, max: 2_000 };

/** What bounds the retries of one call. */
export interface RetryPolicy {
  /** How often the call is sent at most. */
  readonly attempts: number;
  readonly budget: RetryBudget;
  /** The deadline and signal of the call. */
  readonly context: RequestContext;
  /** Told before each wait. */
  readonly onRetry: (error: ServiceError, attempt: number, wait: number) => void;
}

/**
 * Sends a call, and again when that may help: after `unavailable` and `resource_exhausted`, as long
 * as attempts, budget and time allow. It waits at least as long as the other side advised; where
 * the deadline comes first, it gives up at once.
 */
export async function withRetries<T>(policy: RetryPolicy, send: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const result = await send();
      policy.budget.earn();
      return result;
    } catch (error) {
      const { context } = policy;
      if (!isServiceError(error) || !error.retryable || attempt >= policy.attempts) throw error;
      const wait = (error.retryAfter ?? 0) + backOff(attempt, waits);
      const remaining = remainingTime(context);
      if (remaining !== undefined && wait >= remaining) throw error;
      if (!policy.budget.spend()) throw error;
      policy.onRetry(error, attempt, wait);
      await delay(wait, undefined, context.signal === undefined ? {} : { signal: context.signal });
    }
  }
}
