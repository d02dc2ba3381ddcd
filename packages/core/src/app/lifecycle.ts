import { isPresentable } from "@plinth/support/presentable";

import type { HookOptions, Resource } from "../di/binder.ts";
import type { Container } from "../di/container.ts";
import type { Definition } from "../di/definition.ts";
import { disposerOf } from "../di/disposer-of.ts";
import { tokenName } from "../di/token.ts";
import { readableError } from "../errors/read-thrown.ts";
import type { Health } from "../health/index.ts";
import type { Logger } from "../logger/index.ts";
import { LifecycleError } from "./lifecycle-error.ts";
import { waitWithin } from "./wait-within.ts";

type AnyResource = Resource<unknown, unknown[]>;

/** An instance that was made or opened, and has to be closed. */
interface Opened {
  readonly name: string;
  readonly value: unknown;
  readonly resource: AnyResource | undefined;
  readonly close: ((options: HookOptions) => unknown) | undefined;
}

/** Limits of the start of an app. */
export interface StartLimits {
  /** When it must have ended, on the clock of `performance.now()`. */
  readonly deadline: number;
  /** Makes the error after the deadline; takes what was being waited for. */
  readonly onLimit: (waitedFor: string) => Error;
  /** Ends the start early. */
  readonly signal: AbortSignal;
}

/** Options of {@link Lifecycle}. */
export interface LifecycleOptions {
  readonly container: Container;
  /** The definitions, dependencies first. */
  readonly order: readonly Definition[];
  readonly logger: Logger;
  readonly health: Health;
}

function closerOf(value: unknown, resource: AnyResource | undefined): Opened["close"] {
  if (resource === undefined) return disposerOf(value);
  return resource.close === undefined ? undefined : (options) => resource.close?.(value, options);
}

/** Opens, starts, drains and closes the parts of an app, in the order of their dependencies. */
export class Lifecycle {
  readonly #options: LifecycleOptions;
  readonly #opened: Opened[] = [];
  readonly #known = new Set<object>();
  readonly #checkNames = new Map<string, number>();
  #noted = 0;

  constructor(options: LifecycleOptions) {
    this.#options = options;
  }

  /** Makes all singletons and opens all resources, dependencies first. */
  async open(limits: StartLimits): Promise<void> {
    for (const definition of this.#options.order) {
      const { target, scope } = definition;
      if (scope !== "singleton" || target.kind === "alias" || target.kind === "value") continue;
      if (target.kind === "resource") await this.#openResource(definition, target.resource, limits);
      else this.#options.container.instanceOf(definition);
      this.#noteMade();
    }
  }

  /** Runs the start hooks, dependencies first. */
  async start(limits: StartLimits): Promise<void> {
    for (const { name, value, resource } of this.#opened) {
      if (resource?.start !== undefined) {
        const start = async (): Promise<void> => resource.start?.(value);
        await this.#within(start, name, "start", limits);
      }
      if (resource?.health !== undefined) {
        this.#options.health.register(this.#checkName(name), (options) =>
          resource.health?.(value, options),
        );
      }
    }
  }

  /**
   * Runs the drain hooks in reverse order.
   *
   * @param total How long all of them may take together, in milliseconds.
   * @returns The failures.
   */
  async drain(total: number): Promise<readonly Error[]> {
    const errors: Error[] = [];
    const deadline = performance.now() + total;
    // Timers run on another clock: one may fire a moment before the deadline on this one.
    let over = false;
    for (const opened of this.#opened.toReversed()) {
      const { name, value, resource } = opened;
      if (resource?.drain === undefined) continue;
      const limit = deadline - performance.now();
      if (!over && limit > 0) {
        const hook = (options: HookOptions): unknown => resource.drain?.(value, options);
        over = await this.#attempt(opened, "drain", hook, { limit, total, level: "debug" }, errors);
        continue;
      }
      const error = new LifecycleError(
        `${name} was not drained: the ${total} ms for draining were over.`,
      );
      this.#options.logger.error(error.message, { resource: name });
      errors.push(error);
    }
    return errors;
  }

  /**
   * Closes everything in reverse order, also after a failure.
   *
   * @param limit How long each may take, in milliseconds.
   * @param level The level of the line for each that is closed: `info` makes it visible after a failed start.
   * @returns The failures.
   */
  async close(limit: number, level: "debug" | "info" = "debug"): Promise<readonly Error[]> {
    const errors: Error[] = [];
    this.#noteMade();
    for (let opened = this.#opened.pop(); opened !== undefined; opened = this.#opened.pop()) {
      const { close } = opened;
      if (close === undefined) continue;
      await this.#attempt(opened, "close", close, { limit, total: limit, level }, errors);
      this.#noteMade();
    }
    return errors;
  }

  async #openResource(
    definition: Definition,
    resource: AnyResource,
    limits: StartLimits,
  ): Promise<void> {
    const name = tokenName(definition.token);
    const opening = this.#options.container.open(definition);
    let cut = false;
    // Opened after the start has failed: it is not used any more, and must not stay open.
    const late = opening.then(async (value) => {
      if (!cut) return;
      const close = closerOf(value, resource);
      await close?.({ signal: AbortSignal.timeout(5_000) });
      this.#options.logger.warn(`${name} opened after the start was given up; it was closed.`);
    });
    late.catch((error: unknown) => {
      if (cut)
        this.#options.logger.error(`${name} failed after the start was given up.`, { error });
    });
    try {
      const value = await this.#within(() => opening, name, "open", limits);
      if (typeof value === "object" && value !== null) this.#known.add(value);
      this.#opened.push({ name, value, resource, close: closerOf(value, resource) });
    } catch (error) {
      cut = true;
      throw error;
    }
  }

  /** Adds the singletons that were made since the last call, also those made as dependencies. */
  #noteMade(): void {
    const { made } = this.#options.container;
    for (; this.#noted < made.length; this.#noted += 1) {
      const [definition, value] = made[this.#noted] ?? [];
      if (definition === undefined || value === undefined || this.#known.has(value)) continue;
      this.#known.add(value);
      const name = tokenName(definition.token);
      this.#opened.push({ name, value, resource: undefined, close: disposerOf(value) });
    }
  }

  /** The name of a health check: two resources may have tokens of the same name. */
  #checkName(name: string): string {
    const count = (this.#checkNames.get(name) ?? 0) + 1;
    this.#checkNames.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  }

  async #within<T>(
    work: (signal: AbortSignal) => Promise<T>,
    name: string,
    phase: "open" | "start",
    limits: StartLimits,
  ): Promise<T> {
    const { deadline, signal } = limits;
    const limit = deadline - performance.now();
    const onLimit = (): Error => limits.onLimit(`${name} did not ${phase}`);
    try {
      return await waitWithin(work, { limit, onLimit, signal });
    } catch (error) {
      // The caller of `start` prints a presentable error, once and without a stack.
      const fields = isPresentable(error) ? {} : { error };
      if (!signal.aborted) {
        this.#options.logger.error(`${name} failed to ${phase}.`, { resource: name, ...fields });
      }
      throw error;
    }
  }

  /**
   * Runs one drain or close hook. Adds a failure to `errors` and logs it.
   *
   * @returns Whether the hook was cut off.
   */
  async #attempt(
    opened: Opened,
    phase: "drain" | "close",
    hook: (options: HookOptions) => unknown,
    limits: { readonly limit: number; readonly total: number; readonly level: "debug" | "info" },
    errors: Error[],
  ): Promise<boolean> {
    const { name } = opened;
    const { logger } = this.#options;
    let over = false;
    const onLimit = (): Error => {
      over = true;
      return new LifecycleError(
        `${name} did not ${phase} within ${limits.total} ms and was left behind.`,
      );
    };
    try {
      const work = async (signal: AbortSignal): Promise<void> => {
        await hook({ signal });
      };
      await waitWithin(work, { limit: limits.limit, onLimit });
      logger[limits.level](`${name} is ${phase === "drain" ? "drained" : "closed"}.`, {
        resource: name,
      });
    } catch (error) {
      logger.error(`${name} failed to ${phase}.`, { resource: name, error });
      errors.push(readableError(error));
    }
    return over;
  }
}
