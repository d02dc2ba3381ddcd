import type { TransactAction } from "@plinth/data";
import { keyOf } from "../../src/driver/key-of.ts";
import { MemoryCollection } from "../../src/memory/memory-collection.ts";
import type { Mutation } from "./mutant-driver.ts";

const collectionOf = ({ collection }: TransactAction): MemoryCollection =>
  collection as MemoryCollection;

function applyOne(one: TransactAction): boolean {
  const { action } = one;
  const key = keyOf(action);
  if (!collectionOf(one).holds(key, action.condition)) return false;
  if (action.kind !== "check") collectionOf(one).apply(action);
  return true;
}

/** Remembers the last tokens alone; a refused transaction makes it forget all where told to. */
const forgetful = (remembered: number, forgetsOnRefusal = false): Mutation => {
  const known: string[] = [];
  let generation = 0;
  return {
    transact: (right, actions, { token, ...options }) => {
      if (token === undefined) return right.transact(actions, options);
      if (!known.includes(token)) known.push(token);
      if (known.length > remembered) {
        known.shift();
        generation += 1;
      }
      const outcome = right.transact(actions, { ...options, token: `${generation}:${token}` });
      if (!outcome.applied && forgetsOnRefusal) generation += 1;
      return outcome;
    },
  };
};

/** Faults of transactions, with the groups that are to find them. */
export const transactionMutants: Readonly<Record<string, [Mutation, readonly string[]]>> = {
  "a transaction applies what it can": [
    {
      transact: (_right, actions) => {
        const failed = actions.flatMap((one, index) => (applyOne(one) ? [] : [index]));
        return failed.length === 0 ? { applied: true } : { applied: false, failed };
      },
    },
    ["transactions"],
  ],
  "a transaction stops at the first failure, and keeps what it did before": [
    {
      transact: (_right, actions) => {
        const failed = actions.findIndex((one) => !applyOne(one));
        return failed === -1 ? { applied: true } : { applied: false, failed: [failed] };
      },
    },
    ["transactions"],
  ],
  "a transaction does not look at checks": [
    {
      transact: (right, actions, options) => {
        const writes = actions.filter(({ action }) => action.kind !== "check");
        return writes.length === 0 ? { applied: true } : right.transact(writes, options);
      },
    },
    ["transactions"],
  ],
  "a transaction names the wrong action": [
    {
      transact: (right, actions, options) => {
        const outcome = right.transact(actions, options);
        return outcome.applied ? outcome : { ...outcome, failed: [0] };
      },
    },
    ["transactions"],
  ],
  "a transaction reports a failure as success": [
    {
      transact: (right, actions, options) => {
        right.transact(actions, options);
        return { applied: true };
      },
    },
    ["transactions"],
  ],
  "a transaction leaves out its last action": [
    {
      transact: (right, actions, options) =>
        right.transact(actions.length > 1 ? actions.slice(0, -1) : actions, options),
    },
    ["transactions"],
  ],
  "a transaction takes expired records for present": [
    {
      transact: (right, actions, options) => {
        const early = actions.map((one) => ({
          ...one,
          action: { ...one.action, condition: { ...one.action.condition, now: 0 } },
        })) as TransactAction[];
        return right.transact(early, options);
      },
    },
    ["expiry"],
  ],
  "tokens are not looked at": [
    { transact: (right, actions) => right.transact(actions, {}) },
    ["tokens"],
  ],
  "a token is forgotten when another one comes": [forgetful(1), ["tokens"]],
  "a token is forgotten when ten others came": [forgetful(10), ["tokens"]],
  "tokens are forgotten when a transaction is refused": [forgetful(1000, true), ["tokens"]],
  "a token answers for other actions too": [
    {
      transact: (right, actions, { tokenFingerprint: _tokenFingerprint, ...options }) =>
        right.transact(actions, options),
    },
    ["tokens"],
  ],
  "a token counts as used when its transaction did not apply": [
    {
      transact: (right, actions, { token, ...options }) => {
        const outcome = right.transact(actions, { token, ...options });
        if (!outcome.applied) right.transact([actions[1] ?? actions[0]!], { token, ...options });
        return outcome;
      },
    },
    ["tokens"],
  ],
};
