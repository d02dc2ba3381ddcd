import { constants } from "node:os";

/** Why the script has to end before its work is done. */
export interface Interruption {
  readonly reason: string;
  /** What the process should exit with, by the shells' convention. */
  readonly exitCode: number;
}

/**
 * Aborts on Ctrl-C, on SIGTERM, when the terminal closes, and when the npm that runs the script is
 * gone: npm can be ended in ways that do not reach its scripts.
 *
 * @returns The signal, whose `reason` is an {@link Interruption}.
 */
export function watchInterruptions(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    // Once more does not make it faster, and must not end the process before it has cleaned up.
    process.on(name, () => {
      interrupt(controller, { reason: name, exitCode: 128 + constants.signals[name] });
    });
  }
  if (process.env["npm_lifecycle_event"] !== undefined) {
    const parent = process.ppid;
    const timer = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(timer);
      interrupt(controller, { reason: "npm is gone", exitCode: 1 });
    }, 1000);
    timer.unref();
  }
  return controller.signal;
}

function interrupt(controller: AbortController, interruption: Interruption): void {
  if (!controller.signal.aborted) controller.abort(interruption);
}
