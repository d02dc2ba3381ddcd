import type { Logger } from "@plinth/core";
import { DeadlineExceededError } from "@plinth/core/errors";
import { quietly } from "./observers.ts";

/** One attempt to handle an event. */
export interface Attempt {
  /** Aborted when the time is over. */
  readonly run: { readonly abort: (reason: unknown) => void };
  /** In milliseconds. */
  readonly timeout: number;
  /** Begins messages: `The handler of subscription "a"`. */
  readonly what: string;
  readonly logger: Logger | undefined;
  readonly handle: () => unknown;
  /** Called when the handler is done, before its end is known to anybody. */
  readonly cleanUp: () => Promise<void>;
  /** Called once; must not throw. */
  readonly ended: (outcome: AttemptOutcome) => void;
}

/** How an attempt ended. */
export type AttemptOutcome =
  | { readonly failed: false }
  | { readonly failed: true; readonly error: unknown };

const succeeded: AttemptOutcome = { failed: false };

/**
 * Runs a handler, but waits no longer than its time limit. One that goes on nevertheless is let go:
 * its end is only logged, since its event is on the way again by then.
 */
export function runAttempt(attempt: Attempt): void {
  const { run, timeout, what, logger, ended } = attempt;
  let over = false;
  const timer = setTimeout(() => {
    over = true;
    const error = new DeadlineExceededError(`${what} took longer than ${timeout} ms.`);
    ended({ failed: true, error });
    run.abort(error);
  }, timeout);
  const finish = (outcome: AttemptOutcome): void => {
    clearTimeout(timer);
    if (over) quietly(() => logger?.warn(`${what} ended after its time limit.`, outcome));
    else ended(outcome);
  };
  void outcomeOf(attempt, finish);
}

/** Tells by a call rather than a promise: each one more costs as much as all that a handler is told. */
async function outcomeOf(
  { handle, cleanUp }: Attempt,
  finish: (outcome: AttemptOutcome) => void,
): Promise<void> {
  let outcome = succeeded;
  try {
    try {
      await handle();
    } finally {
      // With the handler, not with its time limit: it may still use what was made for it.
      await cleanUp();
    }
  } catch (error) {
    outcome = { failed: true, error };
  }
  finish(outcome);
}
