import { setMaxListeners } from "node:events";
import { currentContext } from "@plinth/core";
import { isServiceError, type ServiceError } from "@plinth/core/errors";
import { followersOf } from "@plinth/support/signal-followers";
import type { DriverCallOptions } from "../driver/driver.ts";
import { callError } from "./call-error.ts";

const unlimited: DriverCallOptions = {};

// Node turns longer delays into 1 ms.
const maxTimerDelay = 2 ** 31 - 1;

/**
 * Runs a call within the deadline and the abort signal of the current context. When either ends it,
 * the caller is told at once and the call is left to itself.
 *
 * @param what is called, for the log: `Repository "things", get "a"`
 * @param call gets a signal that is aborted when nobody waits any more
 */
export function withinContext<R>(
  what: string,
  call: (options: DriverCallOptions) => Promise<R>,
): Promise<R> {
  const context = currentContext();
  const signal = context?.signal;
  const deadline = context?.deadline;
  // Not a promise of its own: each is another turn of the queue, and a hook on Node 20.
  if (signal === undefined && deadline === undefined) return call(unlimited);
  return withinLimits(what, call, signal, deadline);
}

async function withinLimits<R>(
  what: string,
  call: (options: DriverCallOptions) => Promise<R>,
  signal: AbortSignal | undefined,
  deadline: number | undefined,
): Promise<R> {
  if (signal?.aborted === true) throw abortedError(what, signal.reason);
  const time = deadline === undefined ? Number.POSITIVE_INFINITY : deadline - Date.now();
  if (time <= 0) throw outOfTime(what);

  const stop = new AbortController();
  // A driver may listen once for each of the requests that it makes of one call.
  setMaxListeners(0, stop.signal);
  const others = signal === undefined ? undefined : followersOf(signal);
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  try {
    return await new Promise<R>((resolve, reject) => {
      const end = (error: ServiceError): void => {
        reject(error);
        stop.abort(error);
      };
      if (time <= maxTimerDelay) timer = setTimeout(() => end(outOfTime(what)), time);
      onAbort = (): void => end(abortedError(what, signal?.reason));
      others?.add(onAbort);
      call({ signal: stop.signal }).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) others?.delete(onAbort);
  }
}

const outOfTimeMessage = "The time allowed for the request ran out.";

function outOfTime(what: string): ServiceError {
  return callError("deadline_exceeded", what, outOfTimeMessage);
}

function abortedError(what: string, reason: unknown): ServiceError {
  if (isServiceError(reason)) {
    return callError(reason.code, what, reason.message, { cause: reason });
  }
  if (reason instanceof Error && reason.name === "TimeoutError") {
    return callError("deadline_exceeded", what, outOfTimeMessage, { cause: reason });
  }
  return callError("cancelled", what, "The request was cancelled.", { cause: reason });
}
