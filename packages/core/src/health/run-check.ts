import { raceWithSignal } from "@plinth/support/race";

import { DeadlineExceededError, type JsonObject } from "../errors/index.ts";
import type { HealthCheck } from "./health-check.ts";

/** How a check ended. */
export interface CheckOutcome {
  readonly failure: { readonly error: unknown } | undefined;
  /** What the check resolved with. Absent: nothing. */
  readonly details?: JsonObject | undefined;
  /** In whole milliseconds. */
  readonly duration: number;
}

/** Runs a check once. Waits no longer than its timeout, whether or not the check looks at its signal. */
export async function runCheck(check: HealthCheck, timeout: number): Promise<CheckOutcome> {
  const begun = performance.now();
  const limits = {
    // A check with a timeout of 0 still runs, and is up if it returns at once.
    timeout: Math.max(1, timeout),
    onTimeout: () => new DeadlineExceededError(`No answer within ${timeout} ms.`),
  };
  let failure: CheckOutcome["failure"];
  let details: JsonObject | undefined;
  try {
    const said = await raceWithSignal(limits, async (signal) => check({ signal }));
    // A copy: the report is kept for a while, and must stay as it was.
    if (typeof said === "object") details = JSON.parse(JSON.stringify(said)) as JsonObject;
  } catch (error) {
    failure = { error };
  }
  return { failure, details, duration: Math.round(performance.now() - begun) };
}
