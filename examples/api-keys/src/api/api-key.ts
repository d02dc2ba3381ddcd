import { AccountId, UserId } from "users-accounts/api";
import { z } from "zod";

/** Names a key: its SHA-256 in hexadecimal. Enough to find and revoke a key, useless for calling. */
export const KeyId = z.string().regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in hexadecimal");

/** What a key can be allowed to do. Operating the platform is not among it. */
export const Scope = z.enum(["accounts:read", "accounts:write", "keys:write"]);
export type Scope = z.infer<typeof Scope>;

/** What is known of a key: all but the key. */
export const ApiKey = z.object({
  keyId: KeyId,
  accountId: AccountId,
  userId: UserId,
  scopes: z.array(Scope).min(1).max(10),
  /** Milliseconds since 1970. Absent: it does not end. */
  expiresAt: z.number().int().optional(),
});
export type ApiKey = z.infer<typeof ApiKey>;
