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

/** The limits on the retries of a call. */
export interface RetryPolicy {
  /** How often the call may be sent. */
  readonly attempts: number;
  readonly budget: RetryBudget;
  /** The deadline and signal of the call. */
  readonly context: RequestContext;
  /** Called before each wait. */
  readonly onRetry: (error: ServiceError, attempt: number, wait: number) => void;
}

/**
 * Sends a call, and retries it after transient errors (`unavailable`, `resource_exhausted`) while attempts,
 * budget and deadline allow. It waits at least as long as `retryAfter` says. If the deadline would pass
 * meanwhile, it gives up at once.
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
