const first = 8;
const longest = 400;

/**
 * How long to wait before another attempt: a random part of a span that doubles each time, so that
 * writers who collided do not meet again.
 *
 * @param attempt how many attempts have failed, from 1
 * @param random a number from 0 to below 1
 * @param start the span that doubles, in milliseconds. Default: 8
 * @param end the longest span, in milliseconds. Default: 400
 * @returns milliseconds
 */
export function backOff(
  attempt: number,
  random: number,
  start: number = first,
  end: number = longest,
): number {
  return random * Math.min(end, start * 2 ** attempt);
}
