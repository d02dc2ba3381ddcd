import type { Logger } from "../logger/index.ts";

/** An app that keeps the process alive. */
export interface ProcessMember {
  readonly logger: Logger;
}

/** The apps of this process that `run` has started and not finished. */
const members = new Set<ProcessMember>();
let exitCode = 0;

function endWithFault(what: string, error: unknown): void {
  for (const { logger } of members) logger.fatal(what, { error });
  process.exit(1);
}

const onRejection = (reason: unknown): void =>
  endWithFault("A rejected promise was not handled; the process ends.", reason);
const onException = (error: unknown): void =>
  endWithFault("An error was not caught; the process ends.", error);

/**
 * Adds an app to those that keep the process alive. While there is one, unhandled errors are logged before
 * they end the process.
 *
 * @returns Removes the app; takes its exit code. The process ends with the last app and the highest exit
 *   code, even if something still keeps the event loop busy.
 */
export function joinProcess(app: ProcessMember): (code: number) => void {
  if (members.size === 0) {
    process.on("unhandledRejection", onRejection);
    process.on("uncaughtException", onException);
  }
  members.add(app);
  return (code) => {
    members.delete(app);
    exitCode = Math.max(exitCode, code);
    if (members.size > 0) return;
    process.off("unhandledRejection", onRejection);
    process.off("uncaughtException", onException);
    // A pipe may still hold the last lines; the callback of an empty write comes after them.
    process.stdout.write("", () => process.stderr.write("", () => process.exit(exitCode)));
  };
}
