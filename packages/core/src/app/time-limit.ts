import { followersOf } from "@plinth/support/signal-followers";

/** The longest that a timer of the platform can wait. */
const maxTimerDelay = 2_147_483_647;

/** Limits of one wait. */
export interface WaitLimits {
  /** In milliseconds; `Infinity` for none. */
  readonly limit: number;
  /** Makes the error when the time is over. */
  readonly onLimit: () => Error;
  /** Ends the wait early, with its reason as error. Absent: nothing does. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Waits for some work, but not beyond its limits. The work is told by its signal; if it goes on
 * nevertheless, its end is nobody's business here: see the promise it made itself.
 */
export async function waitWithin<T>(
  work: (signal: AbortSignal) => Promise<T>,
  limits: WaitLimits,
): Promise<T> {
  const { limit, onLimit, signal } = limits;
  signal?.throwIfAborted();
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const others = signal === undefined ? undefined : followersOf(signal);
  let onAbort: (() => void) | undefined;
  const cut = new Promise<never>((_resolve, reject) => {
    const end = (error: unknown): void => {
      reject(error);
      controller.abort(error);
    };
    if (limit < maxTimerDelay) timer = setTimeout(() => end(onLimit()), Math.max(0, limit));
    onAbort = (): void => end(signal?.reason);
    others?.add(onAbort);
  });
  try {
    return await Promise.race([work(controller.signal), cut]);
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) others?.delete(onAbort);
  }
}
