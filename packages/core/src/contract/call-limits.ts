import { race } from "@plinth/support/race";
import { DeadlineExceededError } from "../errors/canonical-errors.ts";
import { abortError } from "./call-errors.ts";

/** The limits of a call. */
export interface CallLimits {
  /** When the caller stops waiting, in milliseconds since the epoch. Default: no limit. */
  readonly deadline?: number | undefined;
  /** Cancels the call. Default: nothing does. */
  readonly signal?: AbortSignal | undefined;
}

function deadlineError(): DeadlineExceededError {
  return new DeadlineExceededError("The time allowed for the call ran out.");
}

/**
 * Runs a call within its limits. When one is reached, the returned promise rejects at once and does not
 * wait for the work. A limit that is reached already keeps the work from starting.
 *
 * @returns The result of the work. Rejects with `deadline_exceeded` after the deadline, with `cancelled` or
 *   `deadline_exceeded` once the signal is aborted, and with the error of the work.
 */
export function withinLimits<T>(
  { deadline, signal }: CallLimits,
  run: () => Promise<T>,
): Promise<T> {
  const timeout = deadline === undefined ? undefined : deadline - Date.now();
  // The deadline comes first: the same deadline may have aborted the signal, which says so in other words.
  return race({ timeout, onTimeout: deadlineError, signal, onAbort: abortError }, run);
}
