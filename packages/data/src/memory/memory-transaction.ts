import { keyOf } from "../driver/key-of.ts";
import type {
  TransactAction,
  TransactOptions,
  TransactOutcome,
} from "../driver/transact-action.ts";
import { MemoryEngineError } from "./memory-engine-error.ts";
import { MemoryCollection, versionOf } from "./memory-collection.ts";

const rememberedFor = 10 * 60_000;
const maxActions = 100;

/** The transactions of one driver, and their tokens. */
export class MemoryTransactions {
  readonly #clock: () => number;
  readonly #tokens = new Map<string, { readonly fingerprint: string; readonly until: number }>();

  /** @param clock The present, in milliseconds since 1970. */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Applies all actions or none. It is synchronous, so nothing else runs in between. */
  transact(
    actions: readonly TransactAction[],
    { token, tokenFingerprint = "" }: TransactOptions,
  ): TransactOutcome {
    const checked = checkActions(actions);
    if (token !== undefined && this.#isKnown(token, tokenFingerprint)) return { applied: true };
    const failed = checked.flatMap(({ collection, action, key }, index) =>
      collection.holds(key, action.condition, versionOf(action)) ? [] : [index],
    );
    if (failed.length > 0) return { applied: false, failed };
    for (const { collection, action } of checked) {
      if (action.kind !== "check") collection.apply(action);
    }
    if (token !== undefined) {
      const until = this.#clock() + rememberedFor;
      this.#tokens.set(token, { fingerprint: tokenFingerprint, until });
    }
    return { applied: true };
  }

  #isKnown(token: string, fingerprint: string): boolean {
    const now = this.#clock();
    for (const [name, { until }] of this.#tokens) if (until <= now) this.#tokens.delete(name);
    const known = this.#tokens.get(token);
    if (known === undefined) return false;
    if (known.fingerprint === fingerprint) return true;
    throw new MemoryEngineError("The token was used for another transaction.");
  }
}

type Checked = Omit<TransactAction, "collection"> & {
  readonly collection: MemoryCollection;
  readonly key: string;
};

function checkActions(actions: readonly TransactAction[]): Checked[] {
  if (actions.length === 0 || actions.length > maxActions) {
    throw new MemoryEngineError(`A transaction of ${actions.length} actions is not possible.`);
  }
  const seen = new Map<unknown, Set<string>>();
  return actions.map(({ collection, action }) => {
    if (!(collection instanceof MemoryCollection)) {
      throw new MemoryEngineError("A transaction was given a collection of another driver.");
    }
    if (action.kind !== "check") collection.check(action);
    const key = keyOf(action);
    const keys = seen.get(collection.records) ?? new Set();
    seen.set(collection.records, keys);
    if (keys.has(key)) throw new MemoryEngineError("A transaction has two actions of one record.");
    keys.add(key);
    return { collection, action, key };
  });
}
