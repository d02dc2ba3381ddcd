import type { DriverCallOptions } from "../driver/driver.ts";

/** Waits for work until the signal is aborted; the work itself goes on and must clean up by itself. */
export function abortable<R>({ signal }: DriverCallOptions, work: () => Promise<R>): Promise<R> {
  return signal === undefined ? work() : untilAborted(signal, work);
}

async function untilAborted<R>(signal: AbortSignal, work: () => Promise<R>): Promise<R> {
  signal.throwIfAborted();
  let onAbort = (): void => undefined;
  try {
    return await new Promise<R>((resolve, reject) => {
      // eslint-disable-next-line typescript/prefer-promise-reject-errors -- the reason is the caller's
      onAbort = (): void => reject(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      work().then(resolve, reject);
    });
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
