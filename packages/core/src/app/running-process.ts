import type { RunnableApp } from "./run-app.ts";

/** The apps of this process that `run` is busy with. */
const members = new Set<RunnableApp>();
let exitCode = 0;

function endWithFault(what: string, error: unknown): void {
  for (const app of members) app.logger.fatal(what, { error });
  process.exit(1);
}

const onRejection = (reason: unknown): void =>
  endWithFault("A rejected promise was handled by nobody; the process ends.", reason);
const onException = (error: unknown): void =>
  endWithFault("An error was caught by nobody; the process ends.", error);

/** The part of one app in its process. */
export interface ProcessMember {
  /**
   * The app is done. The process ends with the last one, even if something still keeps its event
   * loop busy.
   *
   * @param code the app's own exit code; the process ends with the highest
   */
  leave(code: number): void;
}

/** Counts an app among those that keep the process, and watches over faults that nobody handles. */
export function joinProcess(app: RunnableApp): ProcessMember {
  if (members.size === 0) {
    process.on("unhandledRejection", onRejection);
    process.on("uncaughtException", onException);
  }
  members.add(app);
  return {
    leave(code) {
      members.delete(app);
      exitCode = Math.max(exitCode, code);
      if (members.size > 0) return;
      process.off("unhandledRejection", onRejection);
      process.off("uncaughtException", onException);
      // A pipe may still hold what was written last; an empty write comes back after it.
      process.stdout.write("", () => process.stderr.write("", () => process.exit(exitCode)));
    },
  };
}
