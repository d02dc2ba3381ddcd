import { followersOf } from "./signal-followers.ts";

/** Node turns a longer delay into 1 ms. */
export const maxTimerDelay: number = 2 ** 31 - 1;

/** What ends a wait early. All of it may be absent. */
export interface RaceLimits {
  /** In milliseconds. Absent, or longer than a timer can wait (24 days): no limit. */
  readonly timeout?: number | undefined;
  /** Makes the error when the time is over. Default: an `Error` that says so. */
  readonly onTimeout?: (() => unknown) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Makes the error from the signal's reason. Default: the reason itself. */
  readonly onAbort?: ((reason: unknown) => unknown) | undefined;
}

/**
 * Waits for work until it ends, its time is over or a signal is aborted, whichever comes first. A limit
 * that is reached already keeps the work from starting; the time limit is looked at before the signal.
 * Work that is cut off goes on and has to clean up by itself; how it ends is ignored.
 *
 * Neither a timer nor a listener is left behind.
 *
 * @returns The result; rejects with the error of the work, or with that of the limit.
 */
export function race<T>(limits: RaceLimits, work: () => Promise<T>): Promise<T> {
  const { timeout, signal } = limits;
  if (timeout === undefined && signal === undefined) return start(work);
  // Not an async function: one that returns a promise makes another, and waits for it two ticks longer.
  if (timeout !== undefined && timeout <= 0) return Promise.reject(timeoutError(limits));
  if (signal?.aborted === true) return Promise.reject(abortError(limits));
  return new Promise((resolve, reject) => {
    const followers = signal === undefined ? undefined : followersOf(signal);
    const onAbort = (): void => {
      release();
      reject(abortError(limits));
    };
    followers?.add(onAbort);
    const timer =
      timeout === undefined || timeout > maxTimerDelay
        ? undefined
        : setTimeout(() => {
            release();
            reject(timeoutError(limits));
          }, timeout);
    const release = (): void => {
      clearTimeout(timer);
      followers?.delete(onAbort);
    };
    start(work).then(
      (value) => {
        release();
        resolve(value);
      },
      (error: unknown) => {
        release();
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the error of the work
        reject(error);
      },
    );
  });
}

/**
 * As {@link race}, for work that can stop: its signal is aborted, with the error, when it is cut off.
 */
export async function raceWithSignal<T>(
  limits: RaceLimits,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { timeout, signal } = limits;
  if (timeout !== undefined && timeout <= 0) throw timeoutError(limits);
  if (signal?.aborted === true) throw abortError(limits);
  const controller = new AbortController();
  const followers = signal === undefined ? undefined : followersOf(signal);
  let timer: NodeJS.Timeout | undefined;
  let onAbort = (): void => undefined;
  const cutOff = new Promise<never>((_resolve, reject) => {
    const end = (error: unknown): void => {
      reject(error);
      controller.abort(error);
    };
    onAbort = () => end(abortError(limits));
    followers?.add(onAbort);
    if (timeout !== undefined && timeout <= maxTimerDelay) {
      timer = setTimeout(() => end(timeoutError(limits)), timeout);
    }
  });
  try {
    // Awaited, and raced by the platform: so the caller stays in the stack traces of the work, and a report
    // of what a test left open can name the line of the test.
    return await Promise.race([work(controller.signal), cutOff]);
  } finally {
    clearTimeout(timer);
    followers?.delete(onAbort);
  }
}

/** Work that throws before its first wait rejects like any other. */
function start<T>(work: () => Promise<T>): Promise<T> {
  try {
    return work();
  } catch (error) {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the error of the work
    return Promise.reject(error);
  }
}

function timeoutError({ timeout, onTimeout }: RaceLimits): unknown {
  return onTimeout === undefined ? new Error(`It took longer than ${timeout} ms.`) : onTimeout();
}

function abortError({ signal, onAbort }: RaceLimits): unknown {
  return onAbort === undefined ? signal?.reason : onAbort(signal?.reason);
}
