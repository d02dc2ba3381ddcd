import { randomUUID } from "node:crypto";
import {
  createContext,
  NotFoundError,
  type Principal,
  runWithContext,
  UnavailableError,
} from "@plinth/core";
import { hashApiKey } from "@plinth/http";
import { Database } from "@plinth/data";
import { ApiKeyRepository, bindApiKeys } from "api-keys";
import { ApiKeyService } from "api-keys/api";
import { anApiKey, test as base } from "api-keys/testing";
import { UsersAccountsService } from "users-accounts/api";
import { aMembership } from "users-accounts/testing";
import { expect } from "vitest";

const test = base.extend(
  "started",
  async ({ testApp, apiKeysConfig: config, mockUsersAccountsService, database }) => {
    mockUsersAccountsService.getMember.mockImplementation(async (member) => aMembership(member));
    const { get } = await testApp({
      config,
      bindings: [
        (binder) => binder.bind(Database).toValue(database),
        bindApiKeys,
        (binder) => binder.bind(UsersAccountsService).toValue(mockUsersAccountsService),
      ],
    });
    return { service: get(ApiKeyService), keys: get(ApiKeyRepository) };
  },
);

const { accountId, userId } = aMembership();
const request = () => ({ accountId, userId, scopes: ["accounts:read" as const] });

test("what is stored holds the hash, and nothing of the key", async ({
  started: { service, keys },
}) => {
  const { key, keyId } = await service.issueKey(request());
  expect(keyId).toBe(hashApiKey(key));
  const stored = await keys.get({ keyId });
  expect(stored).toEqual(anApiKey({ keyId }));
  expect(JSON.stringify(stored)).not.toContain(key.slice("plinth_".length));
});

test("two keys are never the same", async ({ started: { service } }) => {
  const issued = await Promise.all(Array.from({ length: 20 }, () => service.issueKey(request())));
  expect(new Set(issued.map(({ key }) => key)).size).toBe(20);
  for (const { key } of issued) expect(key).toMatch(/^plinth_[\w-]{43}$/);
});

test("it asks users-accounts whether the user is a member", async ({
  started: { service },
  mockUsersAccountsService,
}) => {
  await service.issueKey(request());
  expect(mockUsersAccountsService.getMember.mock.calls[0]?.[0]).toEqual({ accountId, userId });
});

test("a key is unknown from the moment on at which it ends", async ({
  started: { service },
  clock,
}) => {
  const { keyId, expiresAt } = await service.issueKey({ ...request(), lifetime: 60 });
  expect(expiresAt).toBe(clock.now() + 60_000);
  clock.advance(59_999);
  expect(await service.verifyKey({ keyId })).toMatchObject({ keyId });
  clock.advance(1);
  await expect(service.verifyKey({ keyId })).rejects.toMatchObject({ code: "not_found" });
});

test("the first revocation is the one that is kept", async ({
  started: { service, keys },
  clock,
}) => {
  const { keyId } = await service.issueKey(request());
  const revokedAt = clock.now();
  await service.revokeKey({ keyId });
  clock.advance(1_000);
  await service.revokeKey({ keyId });
  expect(await keys.get({ keyId })).toEqual({ ...anApiKey({ keyId }), revokedAt });
  await expect(service.verifyKey({ keyId })).rejects.toMatchObject({ code: "not_found" });
});

/** Makes a call in the name of a principal; gives the code of its error, or "success". */
async function codeAs(principal: Principal, call: () => Promise<unknown>): Promise<string> {
  try {
    await runWithContext(createContext({ principal }), call);
    return "success";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const member = (values: Partial<Principal> = {}): Principal => ({
  id: userId,
  kind: "user",
  scopes: ["keys:write", "accounts:read"],
  claims: { accountId },
  ...values,
});
const others: [string, Principal, string][] = [
  ["the member itself", member(), "success"],
  [
    "another member of the account, the owner included",
    member({ id: randomUUID() }),
    "permission_denied",
  ],
  [
    "a member of another account",
    member({ claims: { accountId: randomUUID() } }),
    "permission_denied",
  ],
  ["a user of no account", member({ claims: {} }), "permission_denied"],
  ["the operator", { id: "operator", scopes: ["platform:operate", "accounts:read"] }, "success"],
];

test("only the member itself and the operator issue keys in its name, and revoke them", async ({
  started: { service },
}) => {
  for (const [who, principal, code] of others) {
    const { keyId } = await service.issueKey(request());
    const issued = await codeAs(principal, () => service.issueKey(request()));
    const revoked = await codeAs(principal, () => service.revokeKey({ keyId }));
    expect([who, issued, revoked]).toEqual([who, code, code]);
  }
});

test("a key has no scopes that its issuer lacks", async ({ started: { service } }) => {
  const more = { ...request(), scopes: ["accounts:read" as const, "accounts:write" as const] };
  expect(await codeAs(member(), () => service.issueKey(more))).toBe("permission_denied");
});

test("a key ends with its membership, for good", async ({
  started: { service },
  mockUsersAccountsService: { getMember },
}) => {
  const { keyId } = await service.issueKey(request());
  expect(await service.verifyKey({ keyId })).toMatchObject({ userId });
  getMember.mockRejectedValueOnce(new NotFoundError("No member."));
  await expect(service.verifyKey({ keyId })).rejects.toMatchObject({
    code: "not_found",
    message: "There is no such key.",
  });
  // The member is back, its key is not.
  await expect(service.verifyKey({ keyId })).rejects.toMatchObject({ code: "not_found" });
});

test("a key whose membership cannot be looked up is not ended", async ({
  started: { service },
  mockUsersAccountsService: { getMember },
}) => {
  const { keyId } = await service.issueKey(request());
  getMember.mockRejectedValueOnce(new UnavailableError("Away."));
  await expect(service.verifyKey({ keyId })).rejects.toMatchObject({ code: "unavailable" });
  expect(await service.verifyKey({ keyId })).toMatchObject({ keyId });
});
