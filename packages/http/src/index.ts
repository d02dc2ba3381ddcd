export { bindHttp } from "./bind-http.ts";
export { problemOf, problemType, type Problem } from "./problem/problem.ts";
export { statusOf } from "./problem/status-of.ts";
export { requestIdHeader, timeoutHeader } from "./request/request-headers.ts";
export type { ServerParts } from "./server/create-fastify.ts";
export type { HttpOptions, ServedService } from "./server/http-options.ts";
export { HttpServer, type HttpServerOptions } from "./server/http-server.ts";
export { ListenError } from "./server/listen-error.ts";
export type { ServiceBinding } from "./server/service-routes.ts";
