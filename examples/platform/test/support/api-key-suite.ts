import { createHash, randomUUID } from "node:crypto";
import { InvalidArgumentError, NotFoundError } from "@plinth/core";
import type { ApiKeyService } from "api-keys/api";
import type { UsersAccountsService } from "users-accounts/api";
import { expect, test } from "vitest";
import { failureOf, faultsAt } from "./failure-of.ts";
import { describeMethods } from "./method-tests.ts";

/**
 * All methods of api-keys, the same wherever they run.
 *
 * @param keys The service.
 * @param usersAccounts Finds the service of the same deployment that it asks for members.
 */
export function apiKeySuite(keys: ApiKeyService, usersAccounts: () => UsersAccountsService): void {
  const createOwner = async () => {
    const { userId } = await usersAccounts().createUser({ name: "Ada", email: "ada@example.com" });
    const account = { name: "Engines", ownerId: userId };
    const { accountId } = await usersAccounts().createAccount(account);
    return { accountId, userId };
  };

  describeMethods<ApiKeyService>({
    issueKey() {
      test("shows the key once, and keeps its hash", async () => {
        const owner = await createOwner();
        const scopes = ["keys:write", "accounts:read"] as const;
        const { key, ...issued } = await keys.issueKey({ ...owner, scopes: [...scopes] });
        const keyId = createHash("sha256").update(key).digest("hex");
        expect(issued).toEqual({ ...owner, keyId, scopes: ["accounts:read", "keys:write"] });
        const verified = await keys.verifyKey({ keyId });
        expect(verified).toEqual(issued);
        expect(JSON.stringify(verified)).not.toContain(key);
      });

      test("gives a key an end", async () => {
        const owner = await createOwner();
        const before = Date.now();
        const request = { ...owner, scopes: ["accounts:read" as const], lifetime: 60 };
        const { expiresAt = 0 } = await keys.issueKey(request);
        expect(expiresAt).toBeGreaterThanOrEqual(before + 60_000);
        expect(expiresAt).toBeLessThanOrEqual(Date.now() + 60_000);
      });

      test("is for members alone: the error of the other service arrives whole", async () => {
        const { accountId } = await createOwner();
        const userId = randomUUID();
        const call = keys.issueKey({ accountId, userId, scopes: ["accounts:read"] });
        const error = await failureOf(call);
        expect(error).toBeInstanceOf(NotFoundError);
        expect(error).toMatchObject({
          code: "not_found",
          message: `User "${userId}" is no member of account "${accountId}".`,
        });
      });

      test("names every field that is not valid, at any depth", async () => {
        const { accountId } = await createOwner();
        const scopes = ["accounts:read", "platform:operate"] as never;
        const error = await failureOf(
          keys.issueKey({ accountId, userId: "ada", scopes, lifetime: 0 }),
        );
        expect(error).toBeInstanceOf(InvalidArgumentError);
        expect(error.details).toEqual(
          faultsAt(
            ["userId", "invalid_format"],
            ["scopes[1]", "invalid_value"],
            ["lifetime", "too_small"],
          ),
        );
      });
    },

    verifyKey() {
      test("of no key is not_found, as revokeKey is", async () => {
        const keyId = "0".repeat(64);
        expect(await failureOf(keys.verifyKey({ keyId }))).toBeInstanceOf(NotFoundError);
        expect(await failureOf(keys.revokeKey({ keyId }))).toBeInstanceOf(NotFoundError);
      });
    },

    revokeKey() {
      test("ends a key, however often it is called", async () => {
        const owner = await createOwner();
        const { keyId } = await keys.issueKey({ ...owner, scopes: ["accounts:read"] });
        expect(await keys.revokeKey({ keyId })).toBeUndefined();
        await keys.revokeKey({ keyId });
        const error = await failureOf(keys.verifyKey({ keyId }));
        expect(error).toBeInstanceOf(NotFoundError);
        expect(error).toMatchObject({ code: "not_found", message: "There is no such key." });
      });
    },
  });
}
