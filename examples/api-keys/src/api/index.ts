export { ApiKey, KeyId, Scope } from "./api-key.ts";
export { ApiKeyService, IssueKeyRequest, IssueKeyResponse, KeyRequest } from "./api-key-service.ts";
