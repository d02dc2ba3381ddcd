import type { DependencyContainer } from "tsyringe";

import { createTsyringeContainer } from "../di/container.ts";
import { GraphError, type Binding, type Token } from "../di/index.ts";
import { missingToken } from "../di/missing-faults.ts";
import { readableError } from "../errors/read-thrown.ts";
import { requireToken } from "../di/token.ts";
import type { AppState } from "../health/index.ts";
import { createLogger, type Logger } from "../logger/index.ts";
import { assemble, type Assembly } from "./assemble.ts";
import type { App, AppOptions } from "./app.ts";
import { LifecycleError } from "./lifecycle-error.ts";
import { runApp } from "./run-app.ts";
import { checkDuration } from "../health/check-duration.ts";
import { waitWithin } from "./wait-within.ts";

/** Default timeouts, in milliseconds. */
const defaults = { startTimeout: 60_000, stopTimeout: 20_000, closeTimeout: 5_000 };

/** The app behind `createApp`. */
export class AppCore<C extends object> implements App {
  readonly name: string;
  readonly container: DependencyContainer = createTsyringeContainer();
  readonly #options: AppOptions<C>;
  readonly #config: Promise<C>;
  readonly #giveUp = new AbortController();
  /** Resolves once the app has begun to stop, by a signal or by a call of `stop`. */
  readonly stopRequested: Promise<void>;
  #onStop: () => void = () => undefined;
  #state: AppState = "created";
  #assembly: Assembly | undefined;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: AppOptions<C>) {
    for (const name of ["startTimeout", "stopTimeout", "closeTimeout"] as const) {
      checkDuration(`${name} of the app "${options.name}"`, options[name]);
    }
    this.name = options.name;
    this.#options = options;
    this.#config = Promise.resolve(options.config ?? ({} as C));
    this.stopRequested = new Promise((resolve) => {
      this.#onStop = resolve;
    });
    // `start` reports an error of the configuration; until then it must not end the process.
    this.#config.catch(() => undefined);
  }

  get state(): AppState {
    return this.#state;
  }

  /** The app's logger; before the configuration is loaded, one made from the name alone. */
  get logger(): Logger {
    return this.#assembly?.logger ?? this.#options.logger ?? createLogger({ name: this.name });
  }

  start(): Promise<void> {
    const over =
      this.#state !== "created" && this.#state !== "starting" && this.#state !== "running";
    if (over && this.#state !== "failed") {
      return Promise.reject(
        new LifecycleError(
          `The app "${this.name}" is ${this.#state} and cannot start again: create a new one.`,
        ),
      );
    }
    this.#starting ??= this.#start();
    return this.#starting;
  }

  stop(reason?: string): Promise<void> {
    this.#stopping ??= this.#stop(reason);
    this.#onStop();
    return this.#stopping;
  }

  run(): Promise<void> {
    return runApp(this, this.#options.signals ?? ["SIGTERM", "SIGINT"]);
  }

  get<T>(token: Token<T>): T {
    requireToken(token, "The token given to app.get()");
    const assembly = this.#assembly;
    if (assembly === undefined || this.#state === "created" || this.#state === "starting") {
      throw new LifecycleError(
        `The app "${this.name}" has not started: call get after start has resolved.`,
      );
    }
    if (this.#state === "stopped" || this.#state === "failed") {
      throw new LifecycleError(
        `The app "${this.name}" is ${this.#state}: what it consisted of is closed.`,
      );
    }
    if (!assembly.container.has(token)) {
      throw new GraphError(`app.get of "${this.name}"`, [missingToken(assembly.graph, token)]);
    }
    return assembly.container.resolve(token);
  }

  async #start(): Promise<void> {
    this.#state = "starting";
    const begun = performance.now();
    const limit = this.#options.startTimeout ?? defaults.startTimeout;
    const { signal } = this.#giveUp;
    const onLimit = (waitedFor: string): Error =>
      new LifecycleError(`The app "${this.name}" did not start within ${limit} ms: ${waitedFor}.`);
    const limits = { deadline: begun + limit, onLimit, signal };
    try {
      const config = await waitWithin(() => this.#config, {
        limit,
        onLimit: () => onLimit("the configuration did not load"),
        signal,
      });
      this.#assembly = assemble({
        name: this.name,
        config,
        bindings: this.#bindings(config),
        overrides: this.#options.overrides ?? [],
        logger: this.#options.logger,
        tsyringe: this.container,
        state: () => this.#state,
      });
      await this.#assembly.lifecycle.open(limits);
      await this.#assembly.lifecycle.start(limits);
      this.#giveUp.signal.throwIfAborted();
    } catch (error) {
      await this.#abandon();
      throw error;
    }
    this.#state = "running";
    this.logger.info(`${this.name} is running.`, {
      startTime: Math.round(performance.now() - begun),
    });
  }

  #bindings(config: C): readonly Binding[] {
    const { bindings } = this.#options;
    return typeof bindings === "function" ? bindings(config) : bindings;
  }

  /** Closes what a failed start has opened. */
  async #abandon(): Promise<void> {
    const { closeTimeout = defaults.closeTimeout } = this.#options;
    const errors = (await this.#assembly?.lifecycle.close(closeTimeout, "info")) ?? [];
    await this.#disposeContainer([...errors]);
    this.#state = this.#giveUp.signal.aborted ? "stopped" : "failed";
  }

  async #stop(reason: string | undefined): Promise<void> {
    if (this.#state === "failed" || this.#state === "created") {
      if (this.#state === "created") this.#state = "stopped";
      return;
    }
    if (this.#state === "starting") {
      this.#giveUp.abort(
        new LifecycleError(`The app "${this.name}" was stopped while it started.`),
      );
      await this.#starting?.catch(() => undefined);
      return;
    }
    const lifecycle = this.#assembly?.lifecycle;
    if (lifecycle === undefined) return;
    const { stopTimeout = defaults.stopTimeout, closeTimeout = defaults.closeTimeout } =
      this.#options;
    this.logger.info(`${this.name} stops.`, reason === undefined ? {} : { reason });
    this.#state = "draining";
    const undrained = await lifecycle.drain(stopTimeout);
    this.#state = "stopping";
    const errors = [...undrained, ...(await lifecycle.close(closeTimeout))];
    await this.#disposeContainer(errors);
    this.#state = "stopped";
    this.logger.info(`${this.name} has stopped.`);
    if (errors.length > 0) {
      const what = errors.map(({ message }) => message).join(" ");
      throw new AggregateError(errors, `The app "${this.name}" stopped with errors: ${what}`);
    }
  }

  /** Only tsyringe knows what was made through its own container. */
  async #disposeContainer(errors: Error[]): Promise<void> {
    try {
      await this.container.dispose();
    } catch (error) {
      this.logger.error("The tsyringe container could not be disposed of.", { error });
      errors.push(readableError(error));
    }
  }
}
