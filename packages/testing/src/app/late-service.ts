import { type AnyServiceClass, describeContract } from "@plinth/core";

type Method = (this: unknown, ...parameters: unknown[]) => unknown;

/**
 * An instance of a contract that can be passed around before the service exists: vitest collects tests
 * before it runs any hook.
 *
 * @param service The contract.
 * @param find Returns the service when a method is called.
 */
export function lateService<T extends object>(
  service: AnyServiceClass<T>,
  find: () => T | undefined,
): T {
  const late = Object.create(service.prototype as object) as T;
  for (const { name } of describeContract(service).methods) {
    Object.defineProperty(late, name, {
      value: (...parameters: unknown[]): unknown => {
        const found = find();
        if (found === undefined) {
          throw new Error(
            `${service.name}.${name} was called while tests were collected: call it inside a test or a hook.`,
          );
        }
        return (Reflect.get(found, name) as Method).apply(found, parameters);
      },
    });
  }
  return late;
}
