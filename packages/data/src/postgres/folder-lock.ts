import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { FailedPreconditionError } from "@plinth/core/errors";
import { presentable } from "@plinth/support/presentable";

/**
 * Locks a folder for this process, by a file beside it with the process id. Replaces a file that a killed process
 * left behind. Throws `failed_precondition` while another process has the lock.
 *
 * @returns Releases the lock.
 */
export function lockFolder(folder: string): () => void {
  const file = `${folder}.lock`;
  mkdirSync(dirname(file), { recursive: true });
  for (let attempt = 1; ; attempt += 1) {
    if (claim(file)) return () => removeFile(file);
    if (attempt > 3) throw inUse(folder, ownerOf(file));
    const owner = ownerOf(file);
    // Our own id is from an earlier process with the same id: in containers they repeat.
    if (owner !== undefined && owner !== process.pid && isAlive(owner)) throw inUse(folder, owner);
    removeFile(file);
  }
}

// A file that is linked into place has its content from the start.
function claim(file: string): boolean {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, String(process.pid));
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    removeFile(draft);
  }
}

function ownerOf(file: string): number | undefined {
  try {
    return Number(readFileSync(file, "utf8")) || undefined;
  } catch {
    return undefined;
  }
}

function removeFile(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // Another process removed it.
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: the process exists and belongs to another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function inUse(folder: string, owner: number | undefined): FailedPreconditionError {
  return presentable(
    new FailedPreconditionError(
      `The folder ${folder} is in use by process ${owner ?? "(unknown)"}, and PGlite allows one process at a time. Stop that process, or delete ${folder}.lock if it is another program.`,
    ),
  );
}
