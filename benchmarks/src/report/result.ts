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

/** How far from a goal the range has to be, as a share, before another run will hardly find otherwise. */
const margin = 0.03;

/** Whether the range of a ratio reaches over a goal, or almost. */
export function isNear(
  { low, high }: { readonly low: number; readonly high: number },
  goal: Goal,
): boolean {
  return meets(low * (1 - margin), goal) !== meets(high * (1 + margin), goal);
}

/** Digits enough to tell a ratio by, whatever its size. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/**
 * Judges a ratio by its range: a goal that some of it misses is not shown to hold, and a verdict by the
 * median alone would change from run to run.
 */
export function judge(
  name: string,
  { median, low, high }: { readonly median: number; readonly low: number; readonly high: number },
  goal: Goal,
): Result {
  return {
    name,
    ratio: rounded(median),
    low: rounded(low),
    high: rounded(high),
    goal: `${signs[goal.bound]} ${goal.value}`,
    holds: meets(low, goal) && meets(high, goal),
  };
}

/** The row of something that could not be measured here. It does not hold. */
export function missing(name: string, goal: Goal): Result {
  const none = { median: Number.NaN, low: Number.NaN, high: Number.NaN };
  return judge(name, none, goal);
}
