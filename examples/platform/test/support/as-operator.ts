import {
  type AnyServiceClass,
  createContext,
  describeContract,
  runWithContext,
} from "@plinth/core";
import { operator } from "api-keys/authorizer";

/** The service, called in the name of the operator, as the suite calls a platform that is deployed. */
export function asOperator<T extends object>(service: AnyServiceClass<T>, instance: T): T {
  const called = Object.create(service.prototype as object) as T;
  for (const { name } of describeContract(service).methods) {
    Object.defineProperty(called, name, {
      value: (...values: unknown[]): unknown => {
        const call = Reflect.get(instance, name) as (...values: unknown[]) => unknown;
        const context = createContext({ principal: operator });
        return runWithContext(context, () => call.apply(instance, values));
      },
    });
  }
  return called;
}
