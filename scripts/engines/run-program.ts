import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { EngineMissingError, type EngineOwner } from "./engine.ts";

const execute = promisify(execFile);

export interface RunOptions {
  /** The working folder. Default: the root, which every user may enter. */
  readonly folder?: string;
  readonly owner?: EngineOwner;
  /** Milliseconds. Default: 60,000. */
  readonly timeout?: number;
}

/**
 * Runs a program to its end and gives what it wrote to standard output, without the last newline.
 *
 * @throws {EngineMissingError} Where there is no such program.
 */
export async function runProgram(
  program: string,
  programArguments: readonly string[],
  { folder = "/", owner, timeout = 60_000 }: RunOptions = {},
): Promise<string> {
  try {
    const { stdout } = await execute(program, programArguments, { cwd: folder, timeout, ...owner });
    return stdout.trimEnd();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      throw new EngineMissingError(`there is no program "${program}"`, { cause: error });
    }
    throw error;
  }
}

/** @throws {EngineMissingError} Where `java` does not run. */
export async function requireJava(): Promise<void> {
  await runProgram("java", ["-version"]);
}
