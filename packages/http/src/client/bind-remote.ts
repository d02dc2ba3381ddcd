import {
  Logger,
  type AnyServiceClass,
  type Binding,
  type Token,
  type TokenValues,
} from "@plinth/core";
import type { ClientOptions } from "./client-options.ts";
import { openClient } from "./create-client.ts";

/**
 * Binds a contract to a service that runs elsewhere: takes the place of the binding of its
 * implementation in the composition root, and nothing else changes.
 *
 * @param service the contract
 * @param options where it is; see {@link ClientOptions}
 */
export function bindRemote<T extends object>(
  service: AnyServiceClass<T>,
  options: ClientOptions,
): Binding;
/**
 * Binds a contract to a service that runs elsewhere, at an address from the configuration.
 *
 * @param service the contract
 * @param dependencies what the options depend on, such as the configuration's class
 * @param createOptions makes the options; see {@link ClientOptions}
 */
export function bindRemote<T extends object, const D extends readonly Token<unknown>[]>(
  service: AnyServiceClass<T>,
  dependencies: D,
  createOptions: (...dependencies: TokenValues<D>) => ClientOptions,
): Binding;
export function bindRemote<T extends object>(
  service: AnyServiceClass<T>,
  first: ClientOptions | readonly Token<unknown>[],
  createOptions?: (...dependencies: never[]) => ClientOptions,
): Binding {
  if (createOptions === undefined) return bindClient(service, [], () => first as ClientOptions);
  return bindClient(service, first as readonly Token<unknown>[], createOptions);
}

/**
 * Binds a contract to a client.
 *
 * @param actsAsCaller whether every call is made in the caller's name
 */
export function bindClient<T extends object>(
  service: AnyServiceClass<T>,
  dependencies: readonly Token<unknown>[],
  createOptions: (...dependencies: never[]) => ClientOptions,
  actsAsCaller = false,
): Binding {
  return function bindRemote(binder) {
    const closers = new WeakMap<T, (signal: AbortSignal) => Promise<void>>();
    binder.bind<T>(service).toResource([Logger, ...dependencies], {
      create: (logger, ...resolved) => {
        const options = createOptions(...(resolved as never[]));
        const { instance, close } = openClient(service, { logger, ...options }, actsAsCaller);
        closers.set(instance, close);
        return instance;
      },
      close: (instance, { signal }) => closers.get(instance)?.(signal),
    });
  };
}
