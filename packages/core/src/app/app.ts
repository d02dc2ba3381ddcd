import type { DependencyContainer } from "tsyringe";

import type { Binding, Token } from "../di/index.ts";
import type { AppState } from "../health/index.ts";
import type { Logger } from "../logger/index.ts";

/** Options of `createApp`. */
export interface AppOptions<C extends object = object> {
  /** The name of the service, in log lines and messages. */
  readonly name: string;
  /**
   * The configuration, or a promise of it such as `loadConfig(...)` returns. It is bound under its class,
   * under every class that it extends, and as `appConfig`. Default: an empty one.
   */
  readonly config?: C | PromiseLike<C>;
  /** The bindings of the app, or a function that makes them from the configuration. */
  readonly bindings: readonly Binding[] | ((config: C) => readonly Binding[]);
  /** Bindings that take precedence, for tests: `bind` here replaces a binding or adds one. Default: none. */
  readonly overrides?: readonly Binding[];
  /** The logger. Default: one made from the name, and from `environment` and `logLevel` of the configuration. */
  readonly logger?: Logger;
  /** How long the start may take, in milliseconds, loading the configuration included. Default: 60,000. */
  readonly startTimeout?: number;
  /** How long draining may take, in milliseconds, for all resources together. Default: 20,000. */
  readonly stopTimeout?: number;
  /** How long closing one resource may take, in milliseconds. Default: 5,000. */
  readonly closeTimeout?: number;
  /** The signals on which `run` stops the app. Default: SIGTERM and SIGINT. */
  readonly signals?: readonly NodeJS.Signals[];
}

/** A service, or several in one process, from start to stop. */
export interface App {
  readonly name: string;
  /** The phase of its lifecycle. */
  readonly state: AppState;
  /**
   * The tsyringe container underneath. Tokens registered here before `start` count as bound. It has none
   * of the checks: it makes a class without a binding, too.
   */
  readonly container: DependencyContainer;
  /**
   * Loads the configuration, checks the bindings, then opens and starts everything, dependencies
   * first. It does not listen to signals. A second call returns the same promise.
   *
   * Rejects with a `GraphError` if the bindings do not fit together; no constructor has run then. Rejects
   * with the error of a constructor, `create` or `start`, after everything that was opened is closed. Rejects
   * with a `LifecycleError` after `startTimeout`, or if the app is stopped during its start.
   */
  start(): Promise<void>;
  /**
   * Drains and closes everything in reverse order, also after a failure. During a start it ends the start.
   * A second call returns the same promise. Rejects with an `AggregateError` of all failures.
   *
   * @param reason Why the app stops, for the log. Default: none.
   */
  stop(reason?: string): Promise<void>;
  /**
   * Starts, waits for a signal, stops and ends the process. The exit code is 0; 1 after a failure; 128 plus
   * the signal's number if a second signal arrives while the app stops. For the last line of a program; tests
   * use `start` and `stop`.
   */
  run(): Promise<void>;
  /**
   * Returns the instance that a token is bound to.
   *
   * @throws GraphError if the token is not bound.
   * @throws LifecycleError before the app has started and after it has stopped.
   */
  get<T>(token: Token<T>): T;
}
