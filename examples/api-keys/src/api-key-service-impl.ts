import {
  type Binding,
  Clock,
  currentContext,
  inject,
  injectable,
  isServiceError,
  NotFoundError,
  PermissionDeniedError,
} from "@plinth/core";
import { hashApiKey } from "@plinth/http";
import { UsersAccountsService } from "users-accounts/api";
import {
  type ApiKey,
  ApiKeyService,
  type IssueKeyRequest,
  type IssueKeyResponse,
  type KeyRequest,
  type Scope,
} from "./api/index.ts";
import { createKey } from "./create-key.ts";
import { ApiKeyRepository } from "./data/api-key-repository.ts";

/** Issues keys to members of accounts; asks users-accounts, wherever that runs, who is one. */
@injectable()
export class ApiKeyServiceImpl implements ApiKeyService {
  constructor(
    @inject(ApiKeyRepository) private readonly keys: ApiKeyRepository,
    @inject(UsersAccountsService) private readonly usersAccounts: UsersAccountsService,
    @inject(Clock) private readonly clock: Clock,
  ) {}

  async issueKey(request: IssueKeyRequest): Promise<IssueKeyResponse> {
    const { accountId, userId, scopes, lifetime } = request;
    requireOwn({ accountId, userId });
    requireScopes(scopes);
    await this.usersAccounts.getMember({ accountId, userId });
    const key = createKey();
    const { record } = await this.keys.create({
      keyId: hashApiKey(key),
      accountId,
      userId,
      scopes: scopes.toSorted(),
      ...(lifetime !== undefined && { expiresAt: this.clock.now() + lifetime * 1_000 }),
    });
    return { ...record, key };
  }

  async verifyKey({ keyId }: KeyRequest): Promise<ApiKey> {
    const found = await this.keys.get({ keyId });
    if (found === undefined || found.revokedAt !== undefined) throw unknownKey();
    if (await this.isMember(found)) return found;
    // For good: a member who comes back gets new keys.
    await this.revoke(keyId);
    throw unknownKey();
  }

  async revokeKey({ keyId }: KeyRequest): Promise<void> {
    const found = await this.keys.get({ keyId });
    if (found === undefined) throw unknownKey();
    requireOwn(found);
    await this.revoke(keyId);
  }

  private async isMember({ accountId, userId }: ApiKey): Promise<boolean> {
    try {
      await this.usersAccounts.getMember({ accountId, userId });
      return true;
    } catch (error) {
      if (isServiceError(error, "not_found")) return false;
      throw error;
    }
  }

  private async revoke(keyId: string): Promise<void> {
    const now = this.clock.now();
    // The first revocation is the one that counts, however often it is asked for.
    await this.keys.update({ keyId }, (stored) => ({ revokedAt: now, ...stored }));
  }
}

/**
 * Keeps each member to keys in its own name: with a key of the owner it could do what it may not. Only
 * the operator, and calls that came through no entrance, act for others.
 */
function requireOwn({ accountId, userId }: Pick<ApiKey, "accountId" | "userId">): void {
  const principal = currentContext()?.principal;
  if (principal === undefined || principal.scopes?.includes("platform:operate") === true) return;
  if (principal.claims?.["accountId"] !== accountId) {
    throw new PermissionDeniedError("The credentials are for another account.");
  }
  if (principal.id !== userId) {
    throw new PermissionDeniedError("The credentials are for another member.");
  }
}

/** Keeps callers from handing on scopes that they lack themselves. */
function requireScopes(scopes: readonly Scope[]): void {
  const principal = currentContext()?.principal;
  if (principal === undefined) return;
  const missing = scopes.filter((scope) => principal.scopes?.includes(scope) !== true);
  if (missing.length > 0) {
    throw new PermissionDeniedError("The credentials lack scopes that the key would have.", {
      details: { missingScopes: missing },
    });
  }
}

function unknownKey(): NotFoundError {
  return new NotFoundError("There is no such key.");
}

export const bindApiKeyService: Binding = (binder) =>
  binder.bind(ApiKeyService).toClass(ApiKeyServiceImpl);
