import type { DependencyContainer } from "tsyringe";

import type { Binding, Token } from "../di/index.ts";
import type { AppState } from "../health/index.ts";
import type { Logger } from "../logger/index.ts";

/** What an app is made from. */
export interface AppOptions<C extends object = object> {
  /** The name of the service, in log lines and messages. */
  readonly name: string;
  /**
   * The configuration, or a promise of it such as `loadConfig(...)` returns. Bound under its class,
   * under every class that it extends, and as `appConfig`. Absent: an empty one.
   */
  readonly config?: C | PromiseLike<C>;
  /** What the app consists of; a function of the configuration where that decides. */
  readonly bindings: readonly Binding[] | ((config: C) => readonly Binding[]);
  /** Bindings above all others, for tests: `bind` here replaces what is bound, or adds to it. */
  readonly overrides?: readonly Binding[];
  /** The logger. Absent: one made from the name, `environment` and `logLevel` of the configuration. */
  readonly logger?: Logger;
  /** How long starting may take, in milliseconds, the configuration included. Absent: 60,000. */
  readonly startTimeout?: number;
  /** How long draining may take, in milliseconds, all resources together. Absent: 20,000. */
  readonly stopTimeout?: number;
  /** How long closing one resource may take, in milliseconds. Absent: 5,000. */
  readonly closeTimeout?: number;
  /** The signals on which `run` stops the app. Absent: SIGTERM and SIGINT. */
  readonly signals?: readonly NodeJS.Signals[];
}

/** A service, or several in one process, from its bindings to its end. */
export interface App {
  readonly name: string;
  /** How far the app is in its life. */
  readonly state: AppState;
  /**
   * The tsyringe container underneath. What is registered here before `start` counts as bound. It
   * has none of the checks: a class that nobody bound is simply made.
   */
  readonly container: DependencyContainer;
  /**
   * Loads the configuration, checks the bindings, then opens and starts everything, dependencies
   * first. Listens to no signals. Called again it returns the same promise.
   *
   * @throws GraphError when the bindings do not fit together; nothing was made then
   * @throws whatever a constructor, `create` or `start` threw; what was opened is closed by then
   * @throws LifecycleError when `startTimeout` is over, or the app was stopped meanwhile
   */
  start(): Promise<void>;
  /**
   * Drains and closes everything in reverse order. Nothing is skipped because something failed.
   * During a start it ends the start. Called again it returns the same promise.
   *
   * @param reason why, for the log
   * @throws AggregateError of what could not be drained or closed
   */
  stop(reason?: string): Promise<void>;
  /**
   * Starts, waits for a signal, stops and ends the process: with 0; with 1 after a fault; with 128
   * and the signal's number when a second signal arrives before the end. For the last line of a
   * program; tests use `start` and `stop`.
   */
  run(): Promise<void>;
  /**
   * What a token is bound to.
   *
   * @throws GraphError when it is not bound
   * @throws LifecycleError before the app has started and after it has stopped
   */
  get<T>(token: Token<T>): T;
}
