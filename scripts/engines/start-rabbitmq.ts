import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { GuardedProcess } from "./guarded-process.ts";
import { rabbitMqBroker, type RabbitMqBroker } from "./rabbitmq.ts";

export interface StartRabbitMqOptions {
  /** How long a start may take, in milliseconds. Default: 60,000. */
  readonly timeout?: number;
  /** Of the broker's configuration file. Default: none but ours. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * A broker of the caller's own, for tests of what happens when it goes away: after anything done to it,
 * it comes back on the same port with the same data. It does not outlive this process.
 */
export interface PrivateRabbitMq extends AsyncDisposable {
  readonly url: string;
  readonly running: boolean;
  /** Ends it as a shutdown of its machine would. Resolves when it has ended. */
  stop(): Promise<void>;
  /** Ends it as a power failure would (`kill -9`). Resolves when it has ended. */
  kill(): Promise<void>;
  /** Starts it again; resolves when it takes connections. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a private broker.
 *
 * @throws {EngineMissingError} Where there is no RabbitMQ on this machine.
 */
export async function startRabbitMq(options: StartRabbitMqOptions = {}): Promise<PrivateRabbitMq> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-rabbitmq-"));
  try {
    const broker = new RestartableBroker(
      folder,
      await rabbitMqBroker(folder, options.settings),
      options,
    );
    await broker.start();
    return broker;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

class RestartableBroker implements PrivateRabbitMq {
  readonly url: string;
  readonly #folder: string;
  readonly #broker: RabbitMqBroker;
  readonly #timeout: number;
  #process: GuardedProcess | undefined;

  constructor(folder: string, broker: RabbitMqBroker, { timeout = 60_000 }: StartRabbitMqOptions) {
    this.url = broker.url;
    this.#folder = folder;
    this.#broker = broker;
    this.#timeout = timeout;
  }

  get running(): boolean {
    return this.#process !== undefined && this.#process.end === undefined;
  }

  async start(): Promise<void> {
    if (this.running) return;
    const logFile = join(this.#folder, "output.log");
    const running = new GuardedProcess({
      ...this.#broker.launch,
      stopSignal: "TERM",
      dataFolder: this.#folder,
      keepData: true,
      logFile,
      patience: 300,
    });
    this.#process = running;
    const signal = AbortSignal.timeout(this.#timeout);
    while (!(await this.#isReady(signal))) {
      if (running.end !== undefined || signal.aborted) {
        const how = running.end ?? `no answer within ${this.#timeout / 1000} s`;
        await running.stop();
        const output = await readFile(logFile, "utf8").catch(() => "");
        throw new Error(`The broker did not start: ${how}\n${output.slice(-4000)}`);
      }
      await delay(50);
    }
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  async kill(): Promise<void> {
    const running = this.#process;
    if (running?.pid === undefined || running.end !== undefined) return;
    process.kill(running.pid, "SIGKILL");
    await running.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing that it would still write is needed.
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #isReady(signal: AbortSignal): Promise<boolean> {
    try {
      await this.#broker.isReady(AbortSignal.any([signal, AbortSignal.timeout(5000)]));
      return true;
    } catch {
      return false;
    }
  }
}
