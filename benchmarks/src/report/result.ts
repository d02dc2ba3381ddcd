import type { Spread } from "../method/statistics.ts";

/** What is demanded of a ratio. */
export interface Goal {
  readonly bound: "at least" | "at most" | "above";
  readonly value: number;
}

/** One row of `results.json`. */
export interface Result {
  readonly name: string;
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly goal: string;
  readonly holds: boolean;
}

const signs: Readonly<Record<Goal["bound"], string>> = {
  "at least": ">=",
  "at most": "<=",
  above: ">",
};

function meets(ratio: number, { bound, value }: Goal): boolean {
  if (bound === "at most") return ratio <= value;
  return bound === "above" ? ratio > value : ratio >= value;
}

type Range = Pick<Spread, "low" | "high">;

function meetsWholly({ low, high }: Range, goal: Goal): boolean {
  return meets(low, goal) && meets(high, goal);
}

/** How far from its goal a range has to be at least, as a share of its end. */
const margin = 0.03;

/**
 * Whether a goal that holds by what was measured may be missed by more of it: the whole range is on its
 * side, but by less than half of the range's own width, or by less than 3 %. Of three measured values the
 * next lies outside as often as between them.
 *
 * `false` as well where the goal is missed: the range of up to eight values is from the least to the
 * greatest, which gets no narrower by another.
 */
export function mayStillFail({ low, high }: Range, goal: Goal): boolean {
  const wide = (high - low) / 2;
  const lower = low - Math.max(low * margin, wide);
  const upper = high + Math.max(high * margin, wide);
  return meetsWholly({ low, high }, goal) && !meetsWholly({ low: lower, high: upper }, goal);
}

/** Enough digits for a ratio of any size. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/**
 * Judges a ratio by its range: a goal that some of it misses is not shown to hold, and a verdict by the
 * median alone would change from run to run.
 */
export function judge(name: string, { median, low, high }: Spread, goal: Goal): Result {
  return {
    name,
    ratio: rounded(median),
    low: rounded(low),
    high: rounded(high),
    goal: `${signs[goal.bound]} ${goal.value}`,
    holds: meetsWholly({ low, high }, goal),
  };
}

/** The row of something that could not be measured here. It does not hold. */
export function missing(name: string, goal: Goal): Result {
  const none = { median: Number.NaN, low: Number.NaN, high: Number.NaN };
  return judge(name, none, goal);
}
