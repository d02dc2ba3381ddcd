import type { Logger } from "@plinth/core";
import { DeadlineExceededError } from "@plinth/core/errors";

/** One attempt to handle an event. */
export interface Attempt {
  /** Aborted when the time is over. */
  readonly run: { readonly abort: (reason: unknown) => void };
  /** In milliseconds. */
  readonly timeLimit: number;
  /** Begins messages: `The handler of subscription "a"`. */
  readonly what: string;
  readonly logger: Logger | undefined;
  readonly handle: () => Promise<void>;
}

/** How an attempt ended. */
export type AttemptOutcome =
  | { readonly failed: false }
  | { readonly failed: true; readonly error: unknown };

/**
 * Runs a handler, but waits no longer than its time limit. One that goes on nevertheless is let go:
 * its end is only logged, since its event is on the way again by then.
 */
export function runAttempt(attempt: Attempt): Promise<AttemptOutcome> {
  const { run, timeLimit, what, logger, handle } = attempt;
  return new Promise((resolve) => {
    let over = false;
    const timer = setTimeout(() => {
      over = true;
      const error = new DeadlineExceededError(`${what} took longer than ${timeLimit} ms.`);
      resolve({ failed: true, error });
      run.abort(error);
    }, timeLimit);
    const ended = (outcome: AttemptOutcome): void => {
      clearTimeout(timer);
      resolve(outcome);
      if (over) logger?.warn(`${what} ended after its time limit.`, outcome);
    };
    handle().then(
      () => ended({ failed: false }),
      (error: unknown) => ended({ failed: true, error }),
    );
  });
}
