import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** `KEY=value` lines, which a shell and `--env-file` understand alike. */
export function formatVariables(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

/**
 * Writes `env` in the folder, with the id of this process: readers of the file can tell engines
 * that run from engines that ran.
 */
export async function writeEnvironmentFile(
  folder: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const content = formatVariables({ ...variables, ENGINES_PID: String(process.pid) });
  // The file holds the password of the database.
  await writeFile(join(folder, "env"), content, { mode: 0o600 });
}

export async function removeEnvironmentFile(folder: string): Promise<void> {
  await rm(join(folder, "env"), { force: true });
}

/** The process that keeps engines running for this folder, where there is one. */
export async function runningEnginesProcess(folder: string): Promise<number | undefined> {
  const text = await readFile(join(folder, "env"), "utf8").catch(() => "");
  const pid = Number(/^ENGINES_PID=(\d+)$/m.exec(text)?.[1]);
  if (!pid || pid === process.pid) return undefined;
  try {
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}
