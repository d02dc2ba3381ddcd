/** How waits grow from one attempt to the next. */
export interface BackOff {
  /** The span after the first failed attempt, in milliseconds. It doubles with each further one. */
  readonly first: number;
  /** The longest span, in milliseconds. */
  readonly max: number;
}

/**
 * How long to wait before another attempt: a random part of a span that doubles each time, so that callers
 * that collided do not meet again ("full jitter", after AWS's "Exponential Backoff And Jitter").
 *
 * @param attempt How many attempts have failed, from 1.
 * @param random From 0 to below 1. Default: a new random number.
 * @returns Milliseconds, from 0 to below the span.
 */
export function backOff(
  attempt: number,
  { first, max }: BackOff,
  random: number = Math.random(),
): number {
  return random * Math.min(max, first * 2 ** Math.min(attempt - 1, 30));
}
