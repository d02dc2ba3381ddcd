import {
  describeContract,
  type AnyServiceClass,
  type MethodDescription,
} from "./contract-description.ts";
import { setWireCalls, wireCalls } from "./local-call.ts";

/**
 * Puts a guard before the calls of a service in process. Calls from transports do not pass it: a transport
 * checks credentials, which calls in process do not have.
 *
 * @param service The contract.
 * @param instance The instance that is bound to it.
 * @param guard Called before each call, in the context of the caller. The call rejects with its error.
 * @returns An instance of the contract class.
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
