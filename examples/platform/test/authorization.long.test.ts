import { randomUUID } from "node:crypto";
import {
  type AnyServiceClass,
  describeContract,
  PermissionDeniedError,
  UnauthenticatedError,
} from "@plinth/core";
import { type ClientOptions, createClient } from "@plinth/http";
import { ApiKeyService, type Scope } from "api-keys/api";
import { NotificationService } from "notifications/api";
import { ThingService } from "thing-service/api";
import { UsersAccountsService } from "users-accounts/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "./support/failure-of.ts";
import {
  type LaunchedPlatform,
  launchPlatform,
  patience,
  split,
} from "./support/launch-platform.ts";

/** The answers of all methods to a caller without a key. */
async function statuses(service: AnyServiceClass, { url }: ClientOptions): Promise<Set<number>> {
  const { methods } = describeContract(service);
  const answers = methods.map(async ({ httpMethod, path }) => {
    const filled = path.replaceAll(/:\w+/g, randomUUID());
    const response = await fetch(`${String(url)}${filled}`, { method: httpMethod });
    await response.body?.cancel();
    return response.status;
  });
  return new Set(await Promise.all(answers));
}

describe.each([["monolith"], split])("%s and all that runs beside it", (...names) => {
  let platform: LaunchedPlatform;
  beforeAll(async () => {
    platform = await launchPlatform(names);
  }, patience);
  afterAll(() => platform[Symbol.asyncDispose]());

  const client = <T extends object>(
    service: AnyServiceClass<T>,
    options: ClientOptions,
    key?: string,
  ): T =>
    createClient(service, {
      ...options,
      ...(key !== undefined && { headers: () => ({ "x-api-key": key }) }),
    });
  const operator = () => ({
    accounts: client(UsersAccountsService, platform.usersAccounts),
    keys: client(ApiKeyService, platform.apiKeys),
  });
  const createAccount = async () => {
    const { accounts } = operator();
    const { userId } = await accounts.createUser({ name: "Ada", email: "ada@example.com" });
    return accounts.createAccount({ name: "Engines", ownerId: userId });
  };
  const member = async (...scopes: Scope[]) => {
    const { accountId, ownerId: userId } = await createAccount();
    const { key, keyId } = await operator().keys.issueKey({ accountId, userId, scopes });
    return {
      accountId,
      userId,
      keyId,
      accounts: client(UsersAccountsService, platform.usersAccounts, key),
      keys: client(ApiKeyService, platform.apiKeys, key),
    };
  };

  /** A member of an account who is not its owner, with a key. */
  const memberOf = async ({ accountId, ownerId }: { accountId: string; ownerId: string }) => {
    const { accounts, keys } = operator();
    const { userId } = await accounts.createUser({ name: "Bob", email: "bob@example.com" });
    await accounts.addMember({ accountId, userId });
    const { key } = await keys.issueKey({ accountId, userId, scopes: ["keys:write"] });
    return { accountId, ownerId, userId, keys: client(ApiKeyService, platform.apiKeys, key) };
  };

  test("without a key every closed method is 401, and things are open", async () => {
    expect(await statuses(UsersAccountsService, platform.usersAccounts)).toEqual(new Set([401]));
    expect(await statuses(ApiKeyService, platform.apiKeys)).toEqual(new Set([401]));
    expect(await statuses(NotificationService, platform.notifications)).toEqual(new Set([401]));
    expect(await statuses(ThingService, platform.things)).not.toContain(401);
  });

  test("a key lets its owner do what its scopes say, and no more", async () => {
    const { accounts, keys, accountId, userId } = await member("accounts:read");
    expect(await accounts.getAccount({ accountId })).toMatchObject({ ownerId: userId });
    const denied = await failureOf(accounts.transferAccount({ accountId, userId }));
    expect(denied).toBeInstanceOf(PermissionDeniedError);
    expect(denied.details).toEqual({ missingScopes: ["accounts:write"] });
    const operate = await failureOf(accounts.getUser({ userId }));
    expect(operate.details).toEqual({ missingScopes: ["platform:operate"] });
    const issue = keys.issueKey({ accountId, userId, scopes: ["accounts:read"] });
    expect((await failureOf(issue)).details).toEqual({ missingScopes: ["keys:write"] });
  });

  test("a key opens its own account alone", async () => {
    const { accounts, keys } = await member("accounts:read", "keys:write");
    const { accountId, ownerId: userId } = await createAccount();
    const other = await operator().keys.issueKey({ accountId, userId, scopes: ["accounts:read"] });
    const calls: (() => Promise<unknown>)[] = [
      () => accounts.getAccount({ accountId }),
      () => accounts.listMembers({ accountId }),
      () => accounts.getMember({ accountId, userId }),
      () => keys.issueKey({ accountId, userId, scopes: ["accounts:read"] }),
      () => keys.revokeKey({ keyId: other.keyId }),
    ];
    for (const call of calls) {
      expect(await failureOf(call())).toBeInstanceOf(PermissionDeniedError);
    }
  });

  test("a key issues and revokes none in another member's name, and ends with its membership", async () => {
    const { accountId, ownerId, userId, keys } = await memberOf(await createAccount());
    const scopes: Scope[] = ["keys:write"];
    const owners = await operator().keys.issueKey({ accountId, userId: ownerId, scopes });
    for (const call of [
      keys.issueKey({ accountId, userId: ownerId, scopes }),
      keys.revokeKey({ keyId: owners.keyId }),
    ]) {
      expect(await failureOf(call)).toBeInstanceOf(PermissionDeniedError);
    }
    const own = await keys.issueKey({ accountId, userId, scopes });
    await operator().accounts.removeMember({ accountId, userId });
    expect(await failureOf(keys.revokeKey({ keyId: own.keyId }))).toBeInstanceOf(
      UnauthenticatedError,
    );
  });

  test("a caller cannot pass on rights that it lacks", async () => {
    const { keys, accountId, userId } = await member("accounts:read", "keys:write");
    expect(await keys.issueKey({ accountId, userId, scopes: ["accounts:read"] })).toMatchObject({
      scopes: ["accounts:read"],
    });
    const more = keys.issueKey({ accountId, userId, scopes: ["accounts:read", "accounts:write"] });
    const error = await failureOf(more);
    expect(error).toBeInstanceOf(PermissionDeniedError);
    expect(error.details).toEqual({ missingScopes: ["accounts:write"] });
  });

  test("revoked, unknown and malformed keys are refused", async () => {
    const { accounts, accountId, keyId } = await member("accounts:read");
    await accounts.getAccount({ accountId });
    await operator().keys.revokeKey({ keyId });
    const unknown = client(
      UsersAccountsService,
      platform.usersAccounts,
      `plinth_${"0".repeat(43)}`,
    );
    const hash = client(UsersAccountsService, platform.usersAccounts, keyId);
    const malformed = client(UsersAccountsService, platform.usersAccounts, "key with blanks");
    for (const caller of [accounts, unknown, hash, malformed]) {
      const error = await failureOf(caller.getAccount({ accountId }));
      expect(error).toBeInstanceOf(UnauthenticatedError);
    }
  });
});
