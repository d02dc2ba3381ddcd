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
