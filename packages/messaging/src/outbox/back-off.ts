/**
 * How long to wait before another attempt: a random part of a span that doubles each time, so that
 * those who collided do not meet again.
 *
 * @param attempt how many attempts have failed, from 1
 * @param first the span before it doubles, in milliseconds
 * @param longest the longest span, in milliseconds
 * @param random from 0 to below 1
 * @returns milliseconds
 */
export function backOff(attempt: number, first: number, longest: number, random: number): number {
  return random * Math.min(longest, first * 2 ** Math.min(attempt, 30));
}
