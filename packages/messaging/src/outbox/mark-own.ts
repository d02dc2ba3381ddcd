import { isServiceError } from "@plinth/core/errors";
import type { RepositoryAction } from "@plinth/data";

// What the outbox adds to somebody's transaction, and what to do once that was applied. Kept beside
// the actions, so that they can be handed on like any others.
const own = new WeakMap<object, () => void>();

/** Marks an action as the outbox's. @param applied called when its transaction was applied */
export function markOwn<A extends RepositoryAction<unknown>>(action: A, applied: () => void): A {
  own.set(action, applied);
  return action;
}

/** To be called when a transaction was applied: wakes the relay for what the outbox has in it. */
export function tellApplied(actions: readonly RepositoryAction<unknown>[]): void {
  for (const applied of new Set(actions.flatMap((action) => own.get(action) ?? []))) applied();
}

/** The positions of the actions that did not apply; empty when the error says nothing of them. */
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
 * Whether a transaction failed only because another writer took the next place of a lane: then it can
 * be put together again, and will find the new one.
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
