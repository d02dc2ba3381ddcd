import { raceWithSignal } from "@plinth/support/race";

/** Limits of one wait. */
export interface WaitLimits {
  /** In milliseconds; `Infinity` for none. */
  readonly limit: number;
  /** Makes the error when the time is over. */
  readonly onLimit: () => Error;
  /** Ends the wait early, with its reason as the error. Default: nothing does. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Waits for work within limits. Work that is cut off learns it from its signal, and has to clean up by
 * itself.
 */
export function waitWithin<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { limit, onLimit, signal }: WaitLimits,
): Promise<T> {
  // Work starts even if no time is left: a hook that closes a resource at once still does so.
  return raceWithSignal({ timeout: Math.max(1, limit), onTimeout: onLimit, signal }, work);
}
