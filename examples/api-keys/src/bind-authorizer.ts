import { type Binding, isServiceError, type Principal } from "@plinth/core";
import { ApiKeyAuthorizer, type ApiKeyRecord, Authorizer, hashApiKey } from "@plinth/http";
import { ApiKeysConfig } from "./api-keys-config.ts";
import { ApiKeyService, Scope } from "./api/index.ts";

const operator: Principal = {
  id: "operator",
  kind: "operator",
  scopes: ["platform:operate", ...Scope.options],
};

/** Finds issued keys through the service, wherever that runs. Only the hash of a key travels. */
async function findIssued(keys: ApiKeyService, hash: string): Promise<ApiKeyRecord | undefined> {
  try {
    const { keyId, userId, accountId, scopes, expiresAt } = await keys.verifyKey({ keyId: hash });
    const principal = { id: userId, kind: "user", scopes, claims: { accountId } };
    return { hash: keyId, principal, expiresAt };
  } catch (error) {
    if (isServiceError(error, "not_found")) return undefined;
    throw error;
  }
}

/** Lets in whoever has a key that was issued, or the root key, in the header `x-api-key`. */
export const bindAuthorizer: Binding = (binder) =>
  binder.bind(Authorizer).toFactory([ApiKeyService, ApiKeysConfig], (keys, config) => {
    const root: ApiKeyRecord = { hash: hashApiKey(config.rootKey.reveal()), principal: operator };
    return new ApiKeyAuthorizer(async (hash) =>
      hash === root.hash ? root : findIssued(keys, hash),
    );
  });
