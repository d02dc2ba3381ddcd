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
 * Binds a contract to a service that runs elsewhere. It replaces the binding of the implementation in the
 * composition root; nothing else changes.
 *
 * @param service the contract
 * @param options where the service is; see {@link ClientOptions}
 */
export function bindRemote<T extends object>(
  service: AnyServiceClass<T>,
  options: ClientOptions,
): Binding;
/**
 * Binds a contract to a service that runs elsewhere, at an address from the configuration.
 *
 * @param service the contract
 * @param dependencies the tokens that the options depend on, such as the class of the configuration
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
 * @param actsAsCaller whether each call is made on behalf of the caller
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
