import { DeclarationError, serializeError, toServiceError } from "../errors/index.ts";
import type { Logger } from "../logger/logger.ts";
import { checkDuration } from "./check-duration.ts";
import type { HealthCheck, HealthCheckOptions, HealthCheckResult } from "./health-check.ts";
import { runCheck, type CheckOutcome } from "./run-check.ts";

/** The phases of an app's lifecycle. */
export type AppState =
  | "created"
  | "starting"
  | "running"
  | "draining"
  | "stopping"
  | "stopped"
  | "failed";

/** Whether the app is ready for requests, with the results of its checks. Plain JSON. */
export interface HealthReport {
  readonly status: "ready" | "not_ready";
  readonly state: AppState;
  readonly checks: Readonly<Record<string, HealthCheckResult>>;
}

/** The answer of a live process. Plain JSON. */
export interface LivenessReport {
  readonly status: "alive";
  readonly state: AppState;
}

/** Options of {@link Health}. */
export interface HealthOptions {
  /** Returns the current state of the app. */
  readonly state: () => AppState;
  /** Returns the logger for changes between up and down. Default: changes are not logged. */
  readonly logger?: (() => Logger) | undefined;
}

/** A check and its last result. */
interface RegisteredCheck {
  readonly check: HealthCheck;
  readonly timeout: number;
  readonly cache: number;
  last: { readonly result: HealthCheckResult; readonly at: number } | undefined;
  running: Promise<HealthCheckResult> | undefined;
}

/**
 * Liveness and readiness of the process. The two differ: a database that is down must take the process out of
 * the load balancer, not restart it.
 */
export class Health {
  readonly #state: () => AppState;
  readonly #logger: (() => Logger) | undefined;
  readonly #checks = new Map<string, RegisteredCheck>();

  constructor(options: HealthOptions) {
    this.#state = options.state;
    this.#logger = options.logger;
  }

  /**
   * Adds a readiness check.
   *
   * @param name The name in the report.
   * @param check Resolves while all is well. Its signal is aborted after `timeout`.
   * @returns A function that removes the check.
   * @throws DeclarationError if the name is taken, or an option is no length of time.
   */
  register(name: string, check: HealthCheck, options: HealthCheckOptions = {}): () => void {
    if (this.#checks.has(name)) {
      throw new DeclarationError(
        `There is a health check "${name}" already: give this one another name.`,
      );
    }
    checkDuration(`timeout of the health check "${name}"`, options.timeout);
    checkDuration(`cache of the health check "${name}"`, options.cache);
    const registered: RegisteredCheck = {
      check,
      timeout: options.timeout ?? 2_000,
      cache: options.cache ?? 1_000,
      last: undefined,
      running: undefined,
    };
    this.#checks.set(name, registered);
    return () => {
      if (this.#checks.get(name) === registered) this.#checks.delete(name);
    };
  }

  /** Always answers `alive`, as a process that hangs cannot answer. */
  liveness(): LivenessReport {
    return { status: "alive", state: this.#state() };
  }

  /**
   * Runs all checks side by side, each within its own timeout. Never rejects. While the app is not running,
   * it answers `not_ready` at once and runs no check.
   */
  async readiness(): Promise<HealthReport> {
    if (this.#state() !== "running") return this.#report([]);
    const results = await Promise.all(
      [...this.#checks].map(
        async ([name, check]) => [name, await this.#result(name, check)] as const,
      ),
    );
    return this.#report(results);
  }

  #report(results: readonly (readonly [string, HealthCheckResult])[]): HealthReport {
    const state = this.#state();
    const ready = state === "running" && results.every(([, { status }]) => status === "up");
    return { status: ready ? "ready" : "not_ready", state, checks: Object.fromEntries(results) };
  }

  #result(name: string, registered: RegisteredCheck): Promise<HealthCheckResult> {
    const { last, cache } = registered;
    if (last !== undefined && performance.now() - last.at < cache) {
      return Promise.resolve(last.result);
    }
    registered.running ??= this.#run(name, registered).finally(() => {
      registered.running = undefined;
    });
    return registered.running;
  }

  async #run(name: string, registered: RegisteredCheck): Promise<HealthCheckResult> {
    const { failure, details, duration } = await runCheck(registered.check, registered.timeout);
    const result: HealthCheckResult = {
      status: failure === undefined ? "up" : "down",
      checkedAt: new Date().toISOString(),
      duration,
      ...(failure === undefined ? {} : { error: serializeError(toServiceError(failure.error)) }),
      ...(failure === undefined && details !== undefined && { details }),
    };
    const before = registered.last?.result.status ?? "up";
    registered.last = { result, at: performance.now() };
    try {
      if (before !== result.status) this.#logChange(name, failure);
    } catch {
      // The error of a logger must not become the result of the check.
    }
    return result;
  }

  #logChange(name: string, failure: CheckOutcome["failure"]): void {
    if (failure === undefined)
      this.#logger?.().info(`Health check ${name} is up again.`, { check: name });
    else this.#logger?.().warn(`Health check ${name} is down.`, { check: name, ...failure });
  }
}
