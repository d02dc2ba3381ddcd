import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startProcess, type TestProcess } from "@plinth/testing";
import { freePort } from "../../src/free-port.ts";

const folder = fileURLToPath(new URL("../..", import.meta.url));
const pause = 20;

/** A monolith of its own, and whether it says that it is ready. */
export class Instance implements AsyncDisposable {
  readonly process: TestProcess;
  readonly url: string;
  /** What `/ready` said last. */
  isReady = false;
  readonly #ended = new AbortController();

  constructor(process: TestProcess, port: number) {
    this.process = process;
    this.url = `http://127.0.0.1:${port}`;
    void process.exit.then(() => this.#ended.abort());
  }

  /** Asks `/ready` until it is green or the process has ended. @returns whether it is green */
  async untilReady(): Promise<boolean> {
    while (!this.#ended.signal.aborted && !(await this.#ask())) await delay(pause);
    return this.isReady;
  }

  /** Goes on asking `/ready` until the process has ended. */
  async watch(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      await this.#ask();
      await delay(pause);
    }
    this.isReady = false;
  }

  async #ask(): Promise<boolean> {
    const { signal } = this.#ended;
    const response = await fetch(`${this.url}/ready`, { signal }).catch(() => undefined);
    await response?.body?.cancel();
    this.isReady = response?.ok === true;
    return this.isReady;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process[Symbol.asyncDispose]();
  }
}

/** Starts the monolith as a deployment would, without the launcher, and waits until it is ready. */
export async function startMonolith(): Promise<Instance> {
  const { PATH, HOME, TMPDIR } = process.env;
  const port = await freePort();
  const environment = {
    PATH,
    HOME,
    TMPDIR,
    PORT: String(port),
    LOG_LEVEL: "warn",
    ROOT_KEY: "root-key-of-a-test-".repeat(2),
  };
  const started = await startProcess(
    process.execPath,
    ["--import", "tsx", "--conditions=@plinth/source", "src/main.ts", "monolith"],
    { folder, environment },
  );
  const instance = new Instance(started, port);
  if (!(await instance.untilReady())) {
    throw new Error(`It ended before it was ready:\n${started.stdout}${started.stderr}`);
  }
  void instance.watch();
  return instance;
}
