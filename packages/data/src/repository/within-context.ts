import { setMaxListeners } from "node:events";
import { currentContext } from "@plinth/core";
import { isServiceError, type ServiceError } from "@plinth/core/errors";
import { raceWithSignal } from "@plinth/support/race";
import type { DriverCallOptions } from "../driver/driver-collection.ts";
import { callError } from "./call-error.ts";

const unlimited: DriverCallOptions = {};

/**
 * Runs a call within the deadline and the abort signal of the current context. When either ends it, the
 * caller is told at once, and the call is left to itself.
 *
 * @param what What was called, for the log: `Repository "things", get "a"`.
 * @param call Gets a signal that is aborted once the caller has stopped waiting.
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
  if (signal?.aborted === true) return Promise.reject(abortedError(what, signal.reason));
  return raceWithSignal(
    {
      timeout: deadline === undefined ? undefined : deadline - Date.now(),
      onTimeout: () => callError("deadline_exceeded", what, outOfTimeMessage),
      signal,
      onAbort: (reason) => abortedError(what, reason),
    },
    (own) => {
      // A driver may listen once for each of the requests that it makes of one call.
      setMaxListeners(0, own);
      return call({ signal: own });
    },
  );
}

const outOfTimeMessage = "The time allowed for the request ran out.";

function abortedError(what: string, reason: unknown): ServiceError {
  if (isServiceError(reason)) {
    return callError(reason.code, what, reason.message, { cause: reason });
  }
  if (reason instanceof Error && reason.name === "TimeoutError") {
    return callError("deadline_exceeded", what, outOfTimeMessage, { cause: reason });
  }
  return callError("cancelled", what, "The request was cancelled.", { cause: reason });
}
