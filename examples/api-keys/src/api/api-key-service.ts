import { method, Service } from "@plinth/core";
import { z } from "zod";
import { ApiKey } from "./api-key.ts";

const longestLifetime = 10 * 365 * 24 * 60 * 60;

export const IssueKeyRequest = ApiKey.pick({ accountId: true, userId: true, scopes: true }).extend({
  /** In seconds. Absent: the key does not end. */
  lifetime: z.number().int().min(1).max(longestLifetime).optional(),
});
export type IssueKeyRequest = z.infer<typeof IssueKeyRequest>;

export const IssueKeyResponse = ApiKey.extend({
  /** The key. It is in this answer and nowhere else. */
  key: z.string(),
});
export type IssueKeyResponse = z.infer<typeof IssueKeyResponse>;

export const KeyRequest = ApiKey.pick({ keyId: true });
export type KeyRequest = z.infer<typeof KeyRequest>;

/** Keys for calling the platform in the name of a member of an account. All methods are closed. */
export abstract class ApiKeyService extends Service("api-keys", {
  issueKey: method({
    http: "POST /keys",
    scopes: ["keys:write"],
    status: 201,
    input: IssueKeyRequest,
    output: IssueKeyResponse,
    errors: ["not_found", "permission_denied"],
  }),
  verifyKey: method({
    http: "POST /keys/verify",
    scopes: ["platform:operate"],
    idempotent: true,
    summary:
      "The principal of a key. Unknown, revoked and expired keys, and keys of former members, are all not_found.",
    input: KeyRequest,
    output: ApiKey,
    errors: ["not_found"],
  }),
  revokeKey: method({
    http: "DELETE /keys/:keyId",
    scopes: ["keys:write"],
    idempotent: true,
    input: KeyRequest,
    output: z.void(),
    errors: ["not_found", "permission_denied"],
  }),
}) {}
