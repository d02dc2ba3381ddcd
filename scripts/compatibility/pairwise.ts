/** One value for each factor. */
export type Combination = Readonly<Record<string, string>>;

const attempts = 200;

/**
 * Combinations in which every two values of different factors meet at least once: far fewer than all
 * combinations, and most faults of versions are faults of two of them. The same for the same factors.
 *
 * @param factors values by factor
 * @param given combinations that are tried anyway
 * @param isPossible whether two values can be in one combination. Default: all can
 */
export function pairwise(
  factors: Readonly<Record<string, readonly string[]>>,
  given: readonly Combination[] = [],
  isPossible: (pair: Combination) => boolean = () => true,
): Combination[] {
  const random = randomNumbers();
  let best: Combination[] | undefined;
  // Which of two equal choices is better shows only at the end.
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const made = attemptPairwise(factors, given, isPossible, random);
    if (best === undefined || made.length < best.length) best = made;
  }
  return best ?? [];
}

function attemptPairwise(
  factors: Readonly<Record<string, readonly string[]>>,
  given: readonly Combination[],
  isPossible: (pair: Combination) => boolean,
  random: () => number,
): Combination[] {
  const names = Object.keys(factors);
  const open = openPairs(factors, names, isPossible);
  const cover = (combination: Combination) => {
    for (const key of pairsOf(combination, names)) open.delete(key);
  };
  for (const combination of given) cover(combination);
  const made: Combination[] = [];
  while (open.size > 0) {
    const [first = "{}"] = [...open].slice(Math.floor(random() * open.size));
    const combination = extend(JSON.parse(first) as Combination);
    made.push(combination);
    cover(combination);
  }
  return made;

  /** Adds for each factor the value that meets most others for the first time. */
  function extend(start: Combination): Combination {
    let combination = start;
    for (const name of names.filter((each) => start[each] === undefined)) {
      const candidates = (factors[name] ?? [])
        .filter((value) =>
          Object.entries(combination).every(([other, b]) =>
            isPossible({ [name]: value, [other]: b }),
          ),
        )
        .map((value) => inOrder(names, { ...combination, [name]: value }))
        .map((candidate) => ({
          candidate,
          gain: pairsOf(candidate, names).filter((key) => open.has(key)).length + random() / 2,
        }))
        .toSorted((a, b) => b.gain - a.gain);
      combination = candidates[0]?.candidate ?? combination;
    }
    return combination;
  }
}

function openPairs(
  factors: Readonly<Record<string, readonly string[]>>,
  names: readonly string[],
  isPossible: (pair: Combination) => boolean,
): Set<string> {
  const open = new Set<string>();
  for (const [index, one] of names.entries()) {
    for (const other of names.slice(index + 1)) {
      for (const a of factors[one] ?? []) {
        for (const b of factors[other] ?? []) {
          if (isPossible({ [one]: a, [other]: b })) open.add(pairKey(one, a, other, b));
        }
      }
    }
  }
  return open;
}

/** Always the same numbers from 0 to 1 (the generator of Park and Miller). */
function randomNumbers(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function pairKey(one: string, a: string, other: string, b: string): string {
  return JSON.stringify({ [one]: a, [other]: b });
}

function pairsOf(combination: Combination, names: readonly string[]): string[] {
  const present = names.filter((name) => combination[name] !== undefined);
  return present.flatMap((one, index) =>
    present
      .slice(index + 1)
      .map((other) => pairKey(one, combination[one] ?? "", other, combination[other] ?? "")),
  );
}

function inOrder(names: readonly string[], combination: Combination): Combination {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = combination[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
