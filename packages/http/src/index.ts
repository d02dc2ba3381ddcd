export { anyOf } from "./authorization/any-of.ts";
export {
  ApiKeyAuthorizer,
  hashApiKey,
  type ApiKeyOptions,
  type ApiKeySource,
} from "./authorization/api-key-authorizer.ts";
export { ApiKeyStore, type ApiKeyRecord } from "./authorization/api-key-store.ts";
export { Authorizer, type AuthorizationRequest } from "./authorization/authorizer.ts";
export { refusal, type RefusalReason } from "./authorization/refusal.ts";
export { bindAuthorized } from "./in-process/bind-authorized.ts";
export { bearerScheme, type SecurityScheme } from "./authorization/security-scheme.ts";
export { bearerToken, singleHeader } from "./authorization/single-header.ts";
export { bindHttp } from "./bind-http.ts";
export { bindRemote } from "./client/bind-remote.ts";
export type { ClientOptions, OutgoingCall, OutgoingHeaders } from "./client/client-options.ts";
export { createClient, type RemoteService } from "./client/create-client.ts";
export { RemoteError, type CallTarget } from "./client/remote-error.ts";
export { bindLoopback, type LoopbackOptions } from "./in-process/bind-loopback.ts";
export { contractDiff, type BreakingChange } from "./contract-diff/contract-diff.ts";
export {
  openApiDocument,
  openApiText,
  type DescribedService,
  type OpenApiDocument,
  type OpenApiInfo,
  type OpenApiOptions,
} from "./openapi/openapi-document.ts";
export { problemOf, problemType, type Problem } from "./problem/problem.ts";
export { statusOf } from "./problem/status-of.ts";
export { requestIdHeader, timeoutHeader } from "./request/request-headers.ts";
export type {
  CompressionOptions,
  CorsOptions,
  HttpOptions,
  OpenApiRouteOptions,
  ServedService,
} from "./server/http-options.ts";
export { HttpServer } from "./server/http-server.ts";
export { ListenError } from "./server/listen-error.ts";
