import {
  describeContract,
  type AnyServiceClass,
  type MethodDescription,
} from "./contract-description.ts";
import { setWireCalls, wireCalls } from "./local-call.ts";

/**
 * Puts a guard before the calls of a service in process. Transports pass it by: they have a door of their
 * own, where they judge the credentials that a call in process does not have.
 *
 * @param service the contract
 * @param instance what is bound to it
 * @param guard asked before each call, in the context of the caller; what it throws rejects the call
 * @returns an instance of the contract class
 */
export function guardedCall<T extends object>(
  service: AnyServiceClass<T>,
  instance: T,
  guard: (method: MethodDescription) => void,
): T {
  const guarded = Object.create(service.prototype as object) as T;
  const methods = instance as Readonly<Record<string, (...call: unknown[]) => Promise<unknown>>>;
  for (const method of describeContract(service).methods) {
    Object.defineProperty(guarded, method.name, {
      value: async (...call: unknown[]) => {
        guard(method);
        return methods[method.name]?.(...call);
      },
      writable: true,
      configurable: true,
    });
  }
  setWireCalls(guarded, wireCalls(service, instance));
  return guarded;
}
