export { guardedCall } from "./guarded-call.ts";
export { withinLimits, type CallLimits } from "./call-limits.ts";
export { wireCalls, localCall, type WireCall } from "./local-call.ts";
export {
  contractKey,
  describeContract,
  isContract,
  type AnyServiceClass,
  type ContractDescription,
  type MethodDescription,
} from "./contract-description.ts";
export { documentSchema } from "./document-schema.ts";
export {
  method,
  type CallOptions,
  type ContractMethod,
  type HttpMethod,
  type MethodDefinition,
  type MethodExample,
  type ServiceMethods,
} from "./method.ts";
export {
  arrayElement,
  closedFieldNames,
  objectFields,
  scalarKinds,
  type ScalarKind,
} from "./schema-shape.ts";
export {
  remoteCall,
  type RemoteRequest,
  type RemoteSend,
  type RemoteTransport,
} from "./remote-call.ts";
export { strictInput } from "./strict-input.ts";
export { Service, type ServiceClass, type ServiceInstance } from "./service.ts";
