/** A value with the range that it lies in. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

function sorted(values: readonly number[]): number[] {
  return values.toSorted((left, right) => left - right);
}

/**
 * The middle of some values.
 *
 * @throws RangeError without any
 */
export function median(values: readonly number[]): number {
  const ordered = sorted(values);
  const upper = ordered[Math.floor(ordered.length / 2)];
  const lower = ordered[Math.floor((ordered.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new RangeError("There are no values.");
  return (lower + upper) / 2;
}

/** The chance of at most `successes` heads in `trials` throws of a coin. */
function coinTail(successes: number, trials: number): number {
  let term = 0.5 ** trials;
  let sum = term;
  for (let index = 1; index <= successes; index += 1) {
    term *= (trials - index + 1) / index;
    sum += term;
  }
  return sum;
}

/**
 * The median with the two measured values between which the true one lies in 19 of 20 cases, where
 * there are enough values to say so (six); else with the least and the greatest.
 */
export function spreadOf(values: readonly number[]): Spread {
  const ordered = sorted(values);
  let rank = 0;
  while (rank + 1 < ordered.length / 2 && coinTail(rank, ordered.length) <= 0.025) rank += 1;
  rank = Math.max(0, rank - 1);
  return {
    median: median(ordered),
    low: ordered[rank] ?? Number.NaN,
    high: ordered[ordered.length - 1 - rank] ?? Number.NaN,
  };
}
