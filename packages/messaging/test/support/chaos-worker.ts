import { fileURLToPath } from "node:url";
import { startProcess, type TestProcess } from "@plinth/testing";

const program = fileURLToPath(new URL("chaos-process.ts", import.meta.url));

/** A process of the chaos test that is killed again and again, and comes back each time. */
export class ChaosWorker {
  readonly name: string;
  kills = 0;
  /** What it said when it ended by itself with an error, which none should. */
  fault: string | undefined;
  readonly #words: () => readonly string[];
  readonly #environment: NodeJS.ProcessEnv;
  readonly #onLine: (line: string) => void;
  #process: TestProcess | undefined;
  #read = 0;
  #isMeantToEnd = false;

  /** @param words the arguments of the process, asked for at every start */
  constructor(
    name: string,
    words: () => readonly string[],
    environment: NodeJS.ProcessEnv,
    onLine: (line: string) => void,
  ) {
    this.name = name;
    this.#words = words;
    this.#environment = environment;
    this.#onLine = onLine;
  }

  /** Starts it; resolves when it works, or has ended by itself. */
  async start(): Promise<void> {
    this.#read = 0;
    this.#isMeantToEnd = false;
    const started = await startProcess(
      process.execPath,
      ["--conditions=@plinth/source", "--import=tsx", "--no-warnings", program, ...this.#words()],
      { environment: this.#environment },
    );
    this.#process = started;
    const { exit } = started;
    void exit.then(({ code }) => {
      if (!this.#isMeantToEnd && code !== 0) this.fault = `${this.name}: ${started.stderr}`;
    });
    // A broker that is away is waited for, so this may take its time.
    await Promise.race([started.waitForOutput(/^ready$/m, 120_000), exit]);
  }

  /** Takes in what it has said since the last call. */
  listen(): void {
    const text = this.#process?.stdout ?? "";
    const end = text.lastIndexOf("\n") + 1;
    const lines = text.slice(this.#read, end).split("\n").slice(0, -1);
    this.#read = Math.max(this.#read, end);
    for (const line of lines) this.#onLine(line);
  }

  /** Ends it with `kill -9`, and starts it again. */
  async killAndStart(): Promise<void> {
    await this.#end("SIGKILL");
    this.kills += 1;
    await this.start();
  }

  /** Asks it to end. @returns what is wrong with how it ended; `undefined` where nothing is */
  async stop(): Promise<string | undefined> {
    const ended = this.#process;
    await this.#end("SIGTERM");
    const exit = await ended?.exit;
    if (exit === undefined || exit.code === 0) return undefined;
    return `${this.name} ended with ${exit.signal ?? exit.code}: ${ended?.stderr}`;
  }

  /** Ends it for good, in any state. */
  async dispose(): Promise<void> {
    this.#isMeantToEnd = true;
    await this.#process?.[Symbol.asyncDispose]();
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    this.#isMeantToEnd = true;
    this.#process?.kill(signal);
    await this.#process?.exit;
    this.listen();
  }
}
