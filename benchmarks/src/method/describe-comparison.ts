import type { Comparison } from "./rounds.ts";

const two = (value: number): string => value.toFixed(2);

/** Says how far a comparison can be trusted. */
export function describeComparison(what: string, comparison: Comparison): string {
  const { baseline, control, rounds, groups = 1, thrownAway, doubtful } = comparison;
  const spoiled = [
    thrownAway > 0 ? `${thrownAway} more thrown away because the control strayed` : "",
    doubtful > 0
      ? `${doubtful} of them doubtful: the control strayed and no spare round was left`
      : "",
  ].filter((text) => text !== "");
  const range = `${two(control.low)} to ${two(control.high)}`;
  const fresh = groups > 1 ? ` in ${groups} groups of fresh processes` : "";
  return `${what}: ${rounds} rounds${fresh}${spoiled.length > 0 ? ` (${spoiled.join("; ")})` : ""}; a second copy of ${baseline} came to ${two(control.median)} (${range}).`;
}
