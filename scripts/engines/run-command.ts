import { spawn } from "node:child_process";
import { constants } from "node:os";

/**
 * Runs a command in this terminal, to its end.
 *
 * @param signal Asks the command to end; it has ten seconds for that.
 * @returns Its exit code; where a signal ended it, 128 and the signal's number, as shells do.
 */
export function runCommand(
  [program, ...programArguments]: readonly [string, ...string[]],
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, programArguments, { stdio: "inherit", env: environment });
    const interrupt = (): void => {
      child.kill("SIGTERM");
      setTimeout(() => child.kill("SIGKILL"), 10_000).unref();
    };
    if (signal.aborted) interrupt();
    else signal.addEventListener("abort", interrupt, { once: true });
    child.once("error", (error) => {
      reject(new Error(`The command "${program}" did not start: ${error.message}`));
    });
    child.once("exit", (code, killedBy) => {
      signal.removeEventListener("abort", interrupt);
      resolve(code ?? 128 + (killedBy === null ? 0 : constants.signals[killedBy]));
    });
  });
}
