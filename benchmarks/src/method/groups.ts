import type { Comparison, RoundsOptions } from "./rounds.ts";
import { playRound } from "./rounds.ts";
import { median, spreadOf } from "./statistics.ts";

/** A contender in a process of its own. */
export interface Runner extends AsyncDisposable {
  /** Does the work of a scenario until the compiler has seen all of it. */
  readonly warmUp: (scenario: string) => Promise<unknown>;
  /** Measures once; returns the cost of one operation, in any unit. */
  readonly sample: (scenario: string) => Promise<number>;
}

/** Something that is measured beside others, in fresh processes each time. */
export interface GroupContender {
  readonly name: string;
  readonly start: () => Promise<Runner>;
  /** Whether no goal depends on it: then it takes part in the first group alone. */
  readonly isAside?: boolean;
}

/** How to compare in groups. */
export interface GroupsOptions extends Pick<RoundsOptions, "rounds" | "tolerance"> {
  /**
   * Whether what was found of a scenario does not tell yet whether a goal holds. It gets more groups
   * then, up to `maxGroups`. Absent: `rounds` are enough for all of them.
   */
  readonly isUndecided?: (scenario: string, found: Comparison) => boolean;
  /**
   * Whether all processes warm up at once. Where they wait for a server most of the time, each has its
   * warm-up in what the others leave. Default: one after the other.
   */
  readonly warmUpTogether?: boolean;
}

/** Rounds that are played with the same processes. */
const roundsOfGroup = 3;

/** Where so many are on a goal's side, the true median is in 99 of 100 cases: see `spreadOf`. */
const maxGroups = 8;

interface GroupResult {
  readonly costs: ReadonlyMap<string, number>;
  readonly base: number;
  readonly control: number;
}

interface Group {
  readonly results: readonly GroupResult[];
  readonly thrownAway: number;
  readonly doubtful: number;
}

const baselineKey = " baseline";
const controlKey = " control";

/** Plays rounds until enough of them agree with each other on how the control stands. */
async function playGroup(
  samples: ReadonlyMap<string, () => Promise<number>>,
  rounds: number,
  tolerance: number,
): Promise<Group> {
  const played: GroupResult[] = [];
  const most = rounds + Math.ceil(rounds / 2);
  for (;;) {
    const costs = await playRound(samples, played.length);
    const first = costs.get(baselineKey) ?? Number.NaN;
    const second = costs.get(controlKey) ?? Number.NaN;
    played.push({ costs, base: (first + second) / 2, control: second / first });
    if (played.length < rounds) continue;
    // How two processes differ for good is V8's choice, and no reason to throw anything away.
    const level = median(played.map(({ control }) => control));
    const distance = ({ control }: GroupResult): number => Math.abs(control / level - 1);
    const calm = played.filter((each) => distance(each) <= tolerance);
    if (calm.length < rounds && played.length < most) continue;
    const results = played
      .toSorted((left, right) => distance(left) - distance(right))
      .slice(0, rounds);
    return {
      results,
      thrownAway: played.length - results.length,
      doubtful: Math.max(0, rounds - calm.length),
    };
  }
}

function merge(name: string, contenders: readonly string[], groups: readonly Group[]): Comparison {
  const all = groups.flatMap(({ results }) => results);
  const sum = (count: (group: Group) => number): number =>
    groups.reduce((total, group) => total + count(group), 0);
  const ofGroups = (value: (result: GroupResult) => number | undefined): number[] =>
    groups.flatMap(({ results }) => {
      const values = results.map(value).filter((each) => each !== undefined);
      return values.length === 0 ? [] : [median(values)];
    });
  const ratio = (contender: string): number[] =>
    ofGroups(({ costs, base }) => {
      const cost = costs.get(contender);
      return cost === undefined ? undefined : cost / base;
    });
  return {
    baseline: name,
    ratios: new Map(contenders.map((each) => [each, spreadOf(ratio(each))])),
    cost: median(all.map(({ base }) => base)),
    control: spreadOf(ofGroups(({ control }) => control)),
    rounds: all.length,
    groups: groups.length,
    thrownAway: sum(({ thrownAway }) => thrownAway),
    doubtful: sum(({ doubtful }) => doubtful),
  };
}

/**
 * Compares in interleaved rounds, as `compareInRounds` does, but with fresh processes for every few
 * rounds: V8 compiles the same program in another way from process to process, which no control shows
 * that stands for one process each. What counts of a group is the median of its rounds, and of those
 * the median again; the range is that of the groups.
 *
 * A round is thrown away where the control stands otherwise than in the other rounds of its group.
 * What holds its goal barely is measured for longer than the rest.
 *
 * @param baseline what the others are compared to; a second copy of it is the control
 * @param contenders the others
 * @param scenarios what each of them is measured at
 */
export async function compareInGroups(
  baseline: GroupContender,
  contenders: readonly GroupContender[],
  scenarios: readonly string[],
  { rounds, tolerance, isUndecided = () => false, warmUpTogether = false }: GroupsOptions,
): Promise<ReadonlyMap<string, Comparison>> {
  const found = new Map<string, Group[]>(scenarios.map((scenario) => [scenario, []]));
  const names = contenders.map(({ name }) => name);
  const comparisonOf = (scenario: string): Comparison =>
    merge(baseline.name, names, found.get(scenario) ?? []);
  const count = Math.max(1, Math.round(rounds / roundsOfGroup));
  let open = scenarios;
  for (let group = 0; open.length > 0; group += 1) {
    const present = contenders.filter(({ isAside = false }) => group === 0 || !isAside);
    const runners = new Map<string, Runner>();
    try {
      const starts: (readonly [string, GroupContender["start"]])[] = [
        [baselineKey, baseline.start],
        ...present.map(({ name, start }) => [name, start] as const),
        [controlKey, baseline.start],
      ];
      // No contender is always the first to be started and warmed up.
      for (const [key, start] of group % 2 === 0 ? starts : starts.toReversed()) {
        runners.set(key, await start());
      }
      for (const scenario of open) {
        if (warmUpTogether) {
          await Promise.all([...runners.values()].map((runner) => runner.warmUp(scenario)));
        } else {
          for (const runner of runners.values()) await runner.warmUp(scenario);
        }
        const samples = new Map(
          [...runners].map(([key, runner]) => [key, () => runner.sample(scenario)]),
        );
        found.get(scenario)?.push(await playGroup(samples, Math.ceil(rounds / count), tolerance));
      }
    } finally {
      for (const runner of runners.values()) await runner[Symbol.asyncDispose]();
    }
    if (group + 1 < count) continue;
    open =
      count === 1 || group + 1 >= maxGroups
        ? []
        : open.filter((scenario) => isUndecided(scenario, comparisonOf(scenario)));
  }
  return new Map(scenarios.map((scenario) => [scenario, comparisonOf(scenario)]));
}
