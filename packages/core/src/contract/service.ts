import { contractKey, type ContractDescription } from "./contract-description.ts";
import { describeService } from "./describe-service.ts";
import type { ContractMethod, MethodDefinition, ServiceMethods } from "./method.ts";

/** What callers of a service see, and what its implementation has to offer. */
export type ServiceInstance<M extends ServiceMethods> = {
  [N in keyof M]: M[N] extends MethodDefinition<infer I, infer O> ? ContractMethod<I, O> : never;
};

/** A class made by `Service`: type, dependency token and run-time description in one. */
export type ServiceClass<M extends ServiceMethods> = (abstract new () => ServiceInstance<M>) & {
  readonly [contractKey]: ContractDescription;
};

/**
 * Makes the class that a contract extends:
 *
 *     export abstract class ThingService extends Service("things", { getThing: method({ … }) }) {}
 *
 * The name is then a type (`implements ThingService` makes a missing method a compile error), a
 * token to bind and inject, and the description from which routes, clients and documents are made.
 *
 * @param name the service's name, unique in a system: letters, digits, dots, hyphens
 * @param methods the methods by name
 * @throws DeclarationError that lists every fault of the declaration: a route that is not understood, two
 *   methods on one route, a path parameter without a field, a type that JSON cannot carry
 */
export function Service<M extends ServiceMethods>(name: string, methods: M): ServiceClass<M> {
  const description = describeService(name, methods);
  abstract class ServiceBase {}
  Object.defineProperty(ServiceBase, contractKey, { value: description });
  return ServiceBase as unknown as ServiceClass<M>;
}
