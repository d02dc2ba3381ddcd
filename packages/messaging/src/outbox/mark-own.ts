import { isServiceError } from "@plinth/core/errors";
import type { RepositoryAction } from "@plinth/data";

// The actions that the outbox adds to a transaction, each with a callback for when it is applied. Kept beside
// the actions, so that these are passed on like any others.
const own = new WeakMap<object, () => void>();

/** Marks an action of the outbox. @param applied Called when its transaction was applied. */
export function markOwn<A extends RepositoryAction<unknown>>(action: A, applied: () => void): A {
  own.set(action, applied);
  return action;
}

/** Call it when a transaction was applied: it wakes the relay for the outbox's actions. */
export function tellApplied(actions: readonly RepositoryAction<unknown>[]): void {
  for (const applied of new Set(actions.flatMap((action) => own.get(action) ?? []))) applied();
}

/** The positions of the actions that were refused; empty if the error does not name them. */
function failedPositions(error: unknown): readonly number[] {
  if (!isServiceError(error)) return [];
  const { failed } = error.details;
  if (!Array.isArray(failed)) return [];
  return failed.flatMap((fault) => {
    const index: unknown = (fault as { index?: unknown } | null)?.index;
    return typeof index === "number" ? [index] : [];
  });
}

/**
 * Whether a transaction failed only because another writer took the next place of a lane: then a retry finds
 * the new place.
 */
export function lostRace(error: unknown, actions: readonly RepositoryAction<unknown>[]): boolean {
  const failed = failedPositions(error);
  return (
    failed.length > 0 &&
    failed.every((index) => {
      const action = actions[index];
      return action !== undefined && own.has(action);
    })
  );
}
