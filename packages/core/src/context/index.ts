export { createContext, remainingTime, rootContext } from "./create-context.ts";
export { bindContext, currentContext, runWithContext } from "./current-context.ts";
export { endRequest } from "./request-scope.ts";
export type { ContextInit, Principal, RequestContext } from "./request-context.ts";
export { continueTrace, parseTraceparent, type Traceparent } from "./traceparent.ts";
export { limitTracestate } from "./tracestate.ts";
