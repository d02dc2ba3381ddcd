/**
 * The parts of `@plinth/core` for packages that carry calls and events: servers, clients, buses. A service
 * needs none of them.
 *
 * Unstable: any version may change what is here, without a major version.
 *
 * @packageDocumentation
 */
import "./errors/supported-node.ts";

export { rootContext } from "./context/create-context.ts";
export { continueTrace, parseTraceparent, type Traceparent } from "./context/traceparent.ts";
export { limitTracestate } from "./context/tracestate.ts";
export { withinLimits, type CallLimits } from "./contract/call-limits.ts";
export { contractKey } from "./contract/contract-description.ts";
export { guardedCall } from "./contract/guarded-call.ts";
export { wireCalls, type WireCall } from "./contract/local-call.ts";
export {
  remoteCall,
  type RemoteRequest,
  type RemoteSend,
  type RemoteTransport,
} from "./contract/remote-call.ts";
export { documentSchema, type DocumentOptions } from "./schema/document-schema.ts";
export {
  arrayElement,
  closedFieldNames,
  objectFields,
  scalarKinds,
  type ScalarKind,
} from "./schema/schema-shape.ts";
export { strictInput } from "./schema/strict-input.ts";
export {
  createSchemaCheck,
  type CheckResult,
  type SchemaCheck,
} from "./validation/schema-check.ts";
