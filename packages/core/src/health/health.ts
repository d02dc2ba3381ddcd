import { DeclarationError, serializeError, toServiceError } from "../errors/index.ts";
import type { Logger } from "../logger/logger.ts";
import { checkDuration } from "./check-duration.ts";
import type { HealthCheck, HealthCheckOptions, HealthCheckResult } from "./health-check.ts";
import { runCheck, type CheckOutcome } from "./run-check.ts";

/** How far an app is in its life. */
export type AppState =
  | "created"
  | "starting"
  | "running"
  | "draining"
  | "stopping"
  | "stopped"
  | "failed";

/** Whether the app takes requests, and what that rests on. Plain JSON. */
export interface HealthReport {
  readonly status: "ready" | "not_ready";
  readonly state: AppState;
  readonly checks: Readonly<Record<string, HealthCheckResult>>;
}

/** That the process answers. Plain JSON. */
export interface LivenessReport {
  readonly status: "alive";
  readonly state: AppState;
}

/** What `Health` is made from. */
export interface HealthOptions {
  /** The state of the app at this moment. */
  readonly state: () => AppState;
  /** Gets a line whenever a check changes between up and down. Absent: no lines. */
  readonly logger?: (() => Logger) | undefined;
}

/** A check and what is known of its last run. */
interface RegisteredCheck {
  readonly check: HealthCheck;
  readonly timeout: number;
  readonly cache: number;
  last: { readonly result: HealthCheckResult; readonly at: number } | undefined;
  running: Promise<HealthCheckResult> | undefined;
}

/**
 * Knows whether the process lives and whether it is ready for requests. These are two questions: a
 * database that is down must take the process out of the load balancer, not restart it.
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
   * Adds a check of readiness.
   *
   * @param name stands in the report; a second check of one name throws
   * @param check resolves while all is well; its signal is aborted when its time is over
   * @returns removes the check again
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

  /** Answers as long as the process can. */
  liveness(): LivenessReport {
    return { status: "alive", state: this.#state() };
  }

  /**
   * Runs all checks side by side, each within its own time limit. Never rejects. While the app is
   * not running the answer is `not_ready` at once, and no check runs.
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
      // A logger that throws says nothing about the check.
    }
    return result;
  }

  #logChange(name: string, failure: CheckOutcome["failure"]): void {
    if (failure === undefined)
      this.#logger?.().info(`Health check ${name} is up again.`, { check: name });
    else this.#logger?.().warn(`Health check ${name} is down.`, { check: name, ...failure });
  }
}
