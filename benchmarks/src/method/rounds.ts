import { spreadOf, type Spread } from "./statistics.ts";

/** Something that is measured beside others. */
export interface Contender {
  readonly name: string;
  /** Measures once; returns the cost of one operation, in any unit. */
  readonly sample: () => Promise<number>;
}

/** How to compare. */
export interface RoundsOptions {
  /** How many rounds count. */
  readonly rounds: number;
  /** How far the control may stray from the baseline, as a share: 0.05 is from 0.95 to 1.05. */
  readonly tolerance: number;
  /** How many rounds may be thrown away before the rest is taken as it comes. Default: half of `rounds`. */
  readonly spare?: number;
}

/** What a comparison found. Ratios are of costs: below 1 is cheaper than the baseline. */
export interface Comparison {
  readonly baseline: string;
  readonly ratios: ReadonlyMap<string, Spread>;
  /** The median cost of the baseline, for people; nothing is judged by it. */
  readonly cost: number;
  /** How the second copy of the baseline did in the rounds that count. */
  readonly control: Spread;
  readonly rounds: number;
  /** Of how many groups of fresh processes the rounds are. Absent: the processes were the same. */
  readonly groups?: number;
  /** Rounds in which the control strayed too far, and that do not count. */
  readonly thrownAway: number;
  /** Rounds that count although the control strayed, as there were no spare ones left. */
  readonly doubtful: number;
}

interface Round {
  readonly costs: ReadonlyMap<string, number>;
  readonly base: number;
  readonly control: number;
}

/** One of two directions through the contenders, so that none always follows the same one. */
function orderOf(names: readonly string[], round: number): string[] {
  const start = round % names.length;
  const turned = [...names.slice(start), ...names.slice(0, start)];
  return round % 2 === 0 ? turned : turned.toReversed();
}

/** Measures everybody once. */
export async function playRound(
  samples: ReadonlyMap<string, () => Promise<number>>,
  round: number,
): Promise<ReadonlyMap<string, number>> {
  const costs = new Map<string, number>();
  for (const name of orderOf([...samples.keys()], round)) {
    costs.set(name, (await samples.get(name)?.()) ?? Number.NaN);
  }
  return costs;
}

const baselineKey = " baseline";
const controlKey = " control";

/**
 * Compares in interleaved rounds. Each round measures everybody once, and the baseline twice: once
 * as itself and once as a control, a second copy of the same thing. In a round in which the two
 * differ by more than the tolerance the machine was busy with something else, and it does not count.
 *
 * @param baseline what the others are compared to
 * @param control a second copy of the baseline
 * @param contenders the others
 */
export async function compareInRounds(
  baseline: Contender,
  control: Contender,
  contenders: readonly Contender[],
  { rounds, tolerance, spare = Math.ceil(rounds / 2) }: RoundsOptions,
): Promise<Comparison> {
  const samples = new Map([
    [baselineKey, baseline.sample],
    [controlKey, control.sample],
    ...contenders.map(({ name, sample }) => [name, sample] as const),
  ]);
  const kept: Round[] = [];
  let thrownAway = 0;
  let doubtful = 0;
  for (let round = 0; kept.length < rounds; round += 1) {
    const costs = await playRound(samples, round);
    const first = costs.get(baselineKey) ?? Number.NaN;
    const second = costs.get(controlKey) ?? Number.NaN;
    const strays = !(Math.abs(second / first - 1) <= tolerance);
    if (strays && thrownAway < spare) {
      thrownAway += 1;
      continue;
    }
    if (strays) doubtful += 1;
    kept.push({ costs, base: (first + second) / 2, control: second / first });
  }
  const ratio = (name: string): Spread =>
    spreadOf(kept.map(({ costs, base }) => (costs.get(name) ?? Number.NaN) / base));
  return {
    baseline: baseline.name,
    ratios: new Map(contenders.map(({ name }) => [name, ratio(name)])),
    cost: spreadOf(kept.map(({ base }) => base)).median,
    control: spreadOf(kept.map(({ control }) => control)),
    rounds: kept.length,
    thrownAway,
    doubtful,
  };
}
