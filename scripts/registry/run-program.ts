import { spawn } from "node:child_process";
import { once } from "node:events";

export interface RunOptions {
  readonly folder: string;
  /** All that the program sees. */
  readonly environment: Readonly<Record<string, string>>;
  /** Texts that must not be shown, each with what is shown instead. */
  readonly masks?: ReadonlyMap<string, string>;
}

/** A program that did not end with 0. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";
  readonly stdout: string;

  constructor(command: string, how: string, stdout: string, stderr: string) {
    super(`${command}: ${how}\n${stdout}${stderr}`.trimEnd());
    this.stdout = stdout;
  }
}

/**
 * Runs a program to its end.
 *
 * @returns what it wrote to its standard output
 * @throws {ProgramError} Where it does not end with 0, with all that it wrote.
 */
export async function runProgram(
  program: string,
  words: readonly string[],
  { folder, environment, masks = new Map() }: RunOptions,
): Promise<string> {
  const child = spawn(program, words, {
    cwd: folder,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (texts.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (texts.stderr += text));
  const [code, signal]: unknown[] = await once(child, "close");
  const shown = (text: string): string =>
    [...masks].reduce((result, [secret, mask]) => result.replaceAll(secret, mask), text);
  if (code === 0) return texts.stdout;
  const how = `ended with ${String(signal ?? code)}`;
  const command = [program, ...words].join(" ");
  throw new ProgramError(shown(command), how, shown(texts.stdout), shown(texts.stderr));
}
