import { spawnSync } from "node:child_process";
import { cpus } from "node:os";

/** The core that is measured, and the one that everything else runs on. */
export type Core = "measured" | "other";

const numbers: Readonly<Record<Core, string>> = { measured: "0", other: "1" };

// All there are, though this process may have been kept off the one that is measured.
const canPin =
  cpus().length > 1 &&
  spawnSync("taskset", ["-c", "0,1", process.execPath, "--version"]).status === 0;

/** Says in a word whether processes are kept on cores of their own. */
export const pinning: string = canPin
  ? "server on core 0, load on core 1"
  : "not pinned to cores: taskset or a second core is missing";

/** The command that runs a program on one core; the program itself where that cannot be had. */
export function onCore(core: Core, program: string, words: readonly string[]): string[] {
  return canPin ? ["taskset", "-c", numbers[core], program, ...words] : [program, ...words];
}

/** Moves this process to the core that is not measured. */
export function leaveMeasuredCore(): void {
  if (canPin) spawnSync("taskset", ["-acp", numbers.other, String(process.pid)]);
}
