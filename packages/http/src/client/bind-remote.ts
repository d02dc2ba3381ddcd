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
  const dependencies = createOptions === undefined ? [] : (first as readonly Token<unknown>[]);
  return function bindRemote(binder) {
    const closers = new WeakMap<T, (signal: AbortSignal) => Promise<void>>();
    binder.bind<T>(service).toResource([Logger, ...dependencies], {
      create: (logger, ...resolved) => {
        const options =
          createOptions === undefined
            ? (first as ClientOptions)
            : createOptions(...(resolved as never[]));
        const { instance, close } = openClient(service, { logger, ...options });
        closers.set(instance, close);
        return instance;
      },
      close: (instance, { signal }) => closers.get(instance)?.(signal),
    });
  };
}
