import {
  type Binding,
  Clock,
  currentContext,
  inject,
  injectable,
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
    requireRights(accountId, scopes);
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
    return found;
  }

  async revokeKey({ keyId }: KeyRequest): Promise<void> {
    const found = await this.keys.get({ keyId });
    if (found === undefined) throw unknownKey();
    requireRights(found.accountId, []);
    const now = this.clock.now();
    // The first revocation is the one that counts, however often it is asked for.
    await this.keys.update({ keyId }, (stored) => ({ revokedAt: now, ...stored }));
  }
}

/** Nobody hands out keys for another account, nor rights that he lacks. */
function requireRights(accountId: string, scopes: readonly Scope[]): void {
  const principal = currentContext()?.principal;
  if (principal === undefined) return;
  const own = principal.claims?.["accountId"];
  if (own !== undefined && own !== accountId) {
    throw new PermissionDeniedError("The credentials are for another account.");
  }
  const missing = scopes.filter((scope) => principal.scopes?.includes(scope) !== true);
  if (missing.length > 0) {
    throw new PermissionDeniedError("Nobody can hand on scopes that he does not have.", {
      details: { missingScopes: missing },
    });
  }
}

function unknownKey(): NotFoundError {
  return new NotFoundError("There is no such key.");
}

export const bindApiKeyService: Binding = (binder) =>
  binder.bind(ApiKeyService).toClass(ApiKeyServiceImpl);
