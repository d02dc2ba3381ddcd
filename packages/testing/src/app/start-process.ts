import { spawn } from "node:child_process";
import { once } from "node:events";

/** Options of {@link startProcess}. */
export interface StartProcessOptions {
  /** All variables of the process. Default: those of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Its working folder. Default: that of this process. */
  readonly folder?: string;
}

/** How a process ended. */
export interface ProcessExit {
  /** The exit code; `null` if a signal ended it. */
  readonly code: number | null;
  /** The signal that ended it; `null` if it exited by itself. */
  readonly signal: NodeJS.Signals | null;
}

/** A process under test, with its output. */
export interface TestProcess extends AsyncDisposable {
  readonly pid: number;
  /** Everything written to standard output so far. */
  readonly stdout: string;
  /** Everything written to standard error so far. */
  readonly stderr: string;
  /** Settles when the process has ended and its output is complete. */
  readonly exit: Promise<ProcessExit>;
  /**
   * Waits until the output matches: standard output and standard error, in the order of arrival.
   *
   * @param pattern What to wait for. Earlier output counts.
   * @param timeout How long to wait, in milliseconds. Default: 10,000.
   * @returns The match.
   * @throws {Error} With the whole output, if the process ends or the timeout passes first.
   */
  waitForOutput(pattern: RegExp, timeout?: number): Promise<RegExpMatchArray>;
  /**
   * Sends a signal. To wait for the end, await {@link TestProcess.exit}.
   *
   * @param signal Default: `SIGTERM`.
   */
  kill(signal?: NodeJS.Signals): void;
}

/**
 * Starts a real process and captures its output, for tests of signals, exit codes and crashes. Disposing
 * it (`await using`, or the `startProcess` fixture) ends it with SIGKILL.
 *
 * @param command The program.
 * @param args Its arguments.
 * @param options Its environment and folder.
 * @throws {Error} If the program cannot be started.
 */
export async function startProcess(
  command: string,
  args: readonly string[],
  options: StartProcessOptions = {},
): Promise<TestProcess> {
  const { environment = process.env, folder } = options;
  const child = spawn(command, args, { env: { ...environment }, cwd: folder, stdio: "pipe" });
  let stdout = "";
  let stderr = "";
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    output += text;
  });
  const exit = new Promise<ProcessExit>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  await once(child, "spawn");

  return {
    pid: child.pid ?? 0,
    exit,
    get stdout() {
      return stdout;
    },
    get stderr() {
      return stderr;
    },
    kill: (signal = "SIGTERM") => void child.kill(signal),
    waitForOutput: (pattern, timeout = 10_000) =>
      new Promise((resolve, reject) => {
        const settle = (why?: string) => {
          const match = output.match(pattern);
          if (match === null && why === undefined) return;
          clearTimeout(timer);
          child.stdout.off("data", look);
          child.stderr.off("data", look);
          if (match !== null) resolve(match);
          else reject(new Error(`${why} before it wrote ${pattern}. Its output:\n${output}`));
        };
        const look = () => settle();
        const timer = setTimeout(() => settle(`${timeout} ms passed`), timeout);
        child.stdout.on("data", look);
        child.stderr.on("data", look);
        void exit.then(({ code, signal }) => settle(`The process ended (${signal ?? code})`));
        look();
      }),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exit;
    },
  };
}
