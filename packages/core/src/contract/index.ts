export {
  describeContract,
  isContract,
  type AnyServiceClass,
  type ContractDescription,
  type MethodDescription,
} from "./contract-description.ts";
export { localCall } from "./local-call.ts";
export {
  method,
  type CallOptions,
  type ContractMethod,
  type HttpMethod,
  type MethodDefinition,
  type MethodExample,
  type ServiceMethods,
} from "./method.ts";
export { Service, type ServiceClass, type ServiceInstance } from "./service.ts";
