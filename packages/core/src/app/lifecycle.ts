import type { HookOptions, Resource } from "../di/binder.ts";
import type { Container } from "../di/container.ts";
import type { Definition } from "../di/definition.ts";
import { tokenName } from "../di/token.ts";
import type { Health } from "../health/index.ts";
import type { Logger } from "../logger/index.ts";
import { disposerOf } from "./dispose.ts";
import { LifecycleError } from "./lifecycle-error.ts";
import { waitWithin } from "./time-limit.ts";

type AnyResource = Resource<unknown, unknown[]>;

/** Something that was opened and has to be closed. */
interface Opened {
  readonly name: string;
  readonly value: unknown;
  readonly resource: AnyResource | undefined;
  readonly close: ((options: HookOptions) => unknown) | undefined;
}

/** Limits of one phase. */
export interface PhaseLimits {
  /** When the phase has to be over, on the clock of `performance.now()`. */
  readonly deadline: number;
  /** Ends the phase early. */
  readonly signal?: AbortSignal | undefined;
}

/** What `Lifecycle` works with. */
export interface LifecycleOptions {
  readonly container: Container;
  /** Dependencies first. */
  readonly order: readonly Definition[];
  readonly logger: Logger;
  readonly health: Health;
}

function closerOf(value: unknown, resource: AnyResource | undefined): Opened["close"] {
  if (resource === undefined) return disposerOf(value);
  return resource.close === undefined ? undefined : (options) => resource.close?.(value, options);
}

/** Opens, starts, drains and closes what an app is made of, in the order of its dependencies. */
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
  async open(limits: PhaseLimits): Promise<void> {
    for (const definition of this.#options.order) {
      const { target, scope } = definition;
      if (scope !== "singleton" || target.kind === "alias" || target.kind === "value") continue;
      if (target.kind === "resource") await this.#openResource(definition, target.resource, limits);
      else this.#options.container.instanceOf(definition);
      this.#noteMade();
    }
  }

  /** Runs the start hooks, dependencies first. */
  async start(limits: PhaseLimits): Promise<void> {
    for (const { name, value, resource } of this.#opened) {
      if (resource?.start !== undefined) {
        const start = async (): Promise<void> => resource.start?.(value);
        await this.#within(start, `${name} to start`, limits, name);
      }
      if (resource?.health !== undefined) {
        this.#options.health.register(this.#checkName(name), (options) =>
          resource.health?.(value, options),
        );
      }
    }
  }

  /** Runs the drain hooks in reverse order. @returns what went wrong */
  async drain(deadline: number): Promise<readonly Error[]> {
    const errors: Error[] = [];
    for (const { name, value, resource } of this.#opened.toReversed()) {
      if (resource?.drain === undefined) continue;
      const drain = async (signal: AbortSignal): Promise<void> =>
        resource.drain?.(value, { signal });
      await this.#attempt(drain, name, "drain", deadline - performance.now(), errors);
    }
    return errors;
  }

  /** Closes all that was opened, in reverse order, whatever fails. @returns what went wrong */
  async close(limit: number): Promise<readonly Error[]> {
    const errors: Error[] = [];
    this.#noteMade();
    for (let opened = this.#opened.pop(); opened !== undefined; opened = this.#opened.pop()) {
      const { name, close } = opened;
      if (close === undefined) continue;
      const run = async (signal: AbortSignal): Promise<void> => {
        await close({ signal });
      };
      await this.#attempt(run, name, "close", limit, errors);
      this.#noteMade();
    }
    return errors;
  }

  async #openResource(
    definition: Definition,
    resource: AnyResource,
    limits: PhaseLimits,
  ): Promise<void> {
    const name = tokenName(definition.token);
    const opening = this.#options.container.open(definition);
    let cut = false;
    // Opened too late: nobody will use it any more, but it must not stay open.
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
      const value = await this.#within(() => opening, `${name} to open`, limits, name);
      this.#opened.push({ name, value, resource, close: closerOf(value, resource) });
    } catch (error) {
      cut = true;
      throw error;
    }
  }

  /** Notes singletons that were made since, also those made on the way to others. */
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

  /** Two resources may have tokens of one name. */
  #checkName(name: string): string {
    const count = (this.#checkNames.get(name) ?? 0) + 1;
    this.#checkNames.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  }

  async #within<T>(
    work: (signal: AbortSignal) => Promise<T>,
    what: string,
    limits: PhaseLimits,
    name: string,
  ): Promise<T> {
    const onLimit = (): Error =>
      new LifecycleError(`The start took too long: gave up waiting for ${what}.`);
    try {
      return await waitWithin(work, {
        limit: limits.deadline - performance.now(),
        onLimit,
        signal: limits.signal,
      });
    } catch (error) {
      this.#options.logger.debug(`Waiting for ${what} failed.`, { resource: name });
      throw error;
    }
  }

  async #attempt(
    work: (signal: AbortSignal) => Promise<void>,
    name: string,
    phase: "drain" | "close",
    limit: number,
    errors: Error[],
  ): Promise<void> {
    const onLimit = (): Error =>
      new LifecycleError(`${name} did not ${phase} in time and was left behind.`);
    try {
      await waitWithin(work, { limit, onLimit });
    } catch (error) {
      this.#options.logger.error(`${name} failed to ${phase}.`, { resource: name, error });
      errors.push(error instanceof Error ? error : new Error(String(error), { cause: error }));
    }
  }
}
