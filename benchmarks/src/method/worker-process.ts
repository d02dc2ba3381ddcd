import { spawn, type ChildProcess } from "node:child_process";
import { openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { onCore, type Core } from "./cores.ts";
import type { Measured, Usage } from "./worker.ts";

const host = fileURLToPath(new URL("worker.js", import.meta.url));

interface Answer {
  readonly id?: number;
  readonly ready?: boolean;
  readonly value?: unknown;
  readonly error?: string;
}

/** How to start a worker. */
export interface WorkerOptions {
  readonly core: Core;
  /** Given to the module's `worker` function. Default: `{}`. */
  readonly settings?: object;
  /** Options of Node, such as `--expose-gc`. Default: none. */
  readonly nodeOptions?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** A file for its standard output. Default: nowhere. */
  readonly output?: string;
}

/** A process that does the measured work, apart from the one that compares. */
export class WorkerProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();
  readonly #exited: Promise<void>;
  #last = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on("message", (answer: Answer) => this.#take(answer));
    this.#exited = new Promise((resolve) => {
      child.once("exit", (code, signal) => {
        for (const { reject } of this.#waiting.values()) {
          reject(new Error(`A worker ended with ${signal ?? code}.`));
        }
        this.#waiting.clear();
        resolve();
      });
    });
  }

  /**
   * Starts a module in a process of its own.
   *
   * @param module its URL
   * @throws Error when it ends before it is ready
   */
  static async start(module: URL, options: WorkerOptions): Promise<WorkerProcess> {
    const { core, settings = {}, nodeOptions = [], environment = {}, output } = options;
    const [program = "", ...words] = onCore(core, process.execPath, [
      ...nodeOptions,
      host,
      fileURLToPath(module),
      JSON.stringify(settings),
    ]);
    const child = spawn(program, words, {
      stdio: ["ignore", output === undefined ? "ignore" : openSync(output, "a"), "inherit", "ipc"],
      serialization: "advanced",
      env: { ...process.env, NODE_ENV: "production", ...environment },
    });
    const started = new WorkerProcess(child);
    await started.#reply(0);
    return started;
  }

  /** Calls a function of the module. */
  async call<T>(name: string, argument?: unknown): Promise<T> {
    this.#last += 1;
    const id = this.#last;
    this.#child.send({ id, name, argument });
    return (await this.#reply(id)) as T;
  }

  usage(): Promise<Usage> {
    return this.call("usage");
  }

  /** Repeats a scenario for at least so many milliseconds. */
  measure(name: string, milliseconds: number): Promise<Measured> {
    return this.call("measure", { name, milliseconds });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    const patience = setTimeout(() => this.#child.kill("SIGKILL"), 3_000);
    await this.#exited;
    clearTimeout(patience);
  }

  #reply(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
  }

  #take({ id = 0, value, error }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(error));
  }
}
