import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { ProgramError, type RunOptions } from "../registry/run-program.ts";

/** A command that goes on running, such as `npm start`. */
export class ServedProgram {
  readonly #child: ChildProcess;
  readonly #command: string;
  #output = "";

  private constructor(child: ChildProcess, command: string) {
    this.#child = child;
    this.#command = command;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => (this.#output += text));
    }
  }

  /**
   * Starts a command and waits until it says at `/ready` that it is ready.
   *
   * @throws {ProgramError} Where it ends instead.
   */
  static async start(
    command: string,
    port: string,
    { folder, environment }: RunOptions,
  ): Promise<ServedProgram> {
    // A group of its own: npm, the shell and the service are told together to end.
    const child = spawn("bash", ["-c", command], { cwd: folder, env: environment, detached: true });
    const served = new ServedProgram(child, command);
    const ended = once(child, "close").then(() => true);
    while (!(await isReady(port))) {
      if (await Promise.race([ended, delay(50, false)])) throw served.#fault("ended too early");
    }
    return served;
  }

  /**
   * Ends it as an operator would, by SIGTERM.
   *
   * @throws {ProgramError} Where the service does not say that it has stopped.
   */
  async stop(): Promise<void> {
    const closed = once(this.#child, "close");
    this.#signal("SIGTERM");
    await closed;
    if (!/stopped/i.test(this.#output)) throw this.#fault("did not stop in order");
  }

  /** Ends it at once, if it still runs. */
  kill(): void {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#signal("SIGKILL");
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#child.pid !== undefined) process.kill(-this.#child.pid, signal);
  }

  #fault(how: string): ProgramError {
    return new ProgramError(this.#command, how, this.#output, "");
  }
}

async function isReady(port: string): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/ready`).catch(() => undefined);
  await response?.body?.cancel();
  return response?.ok ?? false;
}
