import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("main.ts", import.meta.url));

/** One composition of the platform in a process of its own. */
export class PartProcess {
  readonly #child: ChildProcess;
  readonly name: string;
  /** Where it answers, without a prefix. */
  readonly url: string;
  /** Settles when the process has ended, with its exit code; 1 where a signal ended it. */
  readonly exit: Promise<number>;

  /**
   * @param name of the composition, see `main.ts`
   * @param port what it listens on
   * @param environment beside that of this process
   */
  constructor(name: string, port: number, environment: Readonly<Record<string, string>>) {
    this.name = name;
    this.url = `http://127.0.0.1:${port}`;
    this.#child = spawn(process.execPath, [...process.execArgv, main, name], {
      env: { ...process.env, ...environment, HOST: "127.0.0.1", PORT: String(port) },
      // The channel breaks when this process dies, however it dies.
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.exit = new Promise((resolve) => {
      this.#child.once("exit", (code) => resolve(code ?? 1));
      this.#child.once("error", () => resolve(1));
    });
  }

  stop(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits until it is ready. @throws Error when it ends before */
  async untilReady(): Promise<void> {
    const ended = new AbortController();
    void this.exit.then(() => ended.abort());
    while (!ended.signal.aborted) {
      // Another process on the port may take the request and never answer.
      const { signal } = ended;
      const response = await fetch(`${this.url}/ready`, { signal }).catch(() => undefined);
      await response?.body?.cancel();
      if (response?.ok === true) return;
      await delay(50);
    }
    throw new Error(`${this.name} ended before it was ready.`);
  }
}
