export { createContext, remainingTime } from "./create-context.ts";
export { bindContext, currentContext, runWithContext } from "./current-context.ts";
export { endRequest } from "./request-scope.ts";
export type { ContextInit, Principal, RequestContext } from "./request-context.ts";
