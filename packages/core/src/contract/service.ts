import { contractKey, type ContractDescription } from "./contract-description.ts";
import { describeService } from "./describe-service.ts";
import type { ContractMethod, MethodDefinition, ServiceMethods } from "./method.ts";

/** The methods of a service, as its callers see them and its implementation has them. */
export type ServiceInstance<M extends ServiceMethods> = {
  [N in keyof M]: M[N] extends MethodDefinition<infer I, infer O> ? ContractMethod<I, O> : never;
};

/** A class made by `Service`: a type, a dependency token and a run-time description in one. */
export type ServiceClass<M extends ServiceMethods> = (abstract new () => ServiceInstance<M>) & {
  readonly [contractKey]: ContractDescription;
};

/**
 * Makes the class that a contract extends:
 *
 *     export abstract class ThingService extends Service("things", { getThing: method({ … }) }) {}
 *
 * The class is a type (`implements ThingService` makes a missing method a compile error), a token to bind and
 * inject, and the description from which routes, clients and documents are made.
 *
 * @param name The service's name, unique in a system: letters, digits, dots, hyphens.
 * @param methods The methods by name.
 * @throws DeclarationError that lists every fault of the declaration: an invalid route, two methods on one
 *   route, a path parameter without a field, a type that JSON cannot carry.
 */
export function Service<M extends ServiceMethods>(name: string, methods: M): ServiceClass<M> {
  const description = describeService(name, methods);
  abstract class ServiceBase {}
  Object.defineProperty(ServiceBase, contractKey, { value: description });
  return ServiceBase as unknown as ServiceClass<M>;
}
