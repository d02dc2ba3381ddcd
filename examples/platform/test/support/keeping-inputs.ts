import { type AnyServiceClass, describeContract } from "@plinth/core";
import { expect } from "vitest";

/** The service, failing every call after which the caller's own object is not what it was. */
export function keepingInputs<T extends object>(service: AnyServiceClass<T>, instance: T): T {
  const kept = Object.create(service.prototype as object) as T;
  for (const { name } of describeContract(service).methods) {
    Object.defineProperty(kept, name, {
      value: async (input: object, options?: object): Promise<unknown> => {
        const before = structuredClone(input);
        const call = Reflect.get(instance, name) as (...values: unknown[]) => Promise<unknown>;
        try {
          return await call.call(instance, input, options);
        } finally {
          expect(input).toEqual(before);
        }
      },
    });
  }
  return kept;
}
