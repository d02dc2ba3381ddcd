import {
  type Binding,
  Clock,
  createContext,
  isServiceError,
  type Principal,
  runWithContext,
} from "@plinth/core";
import { ApiKeyAuthorizer, type ApiKeyRecord, Authorizer, hashApiKey } from "@plinth/http";
import { ApiKeysConfig } from "./api-keys-config.ts";
import { ApiKeyService, Scope } from "./api/index.ts";

/** Who holds the root key, and what the platform does in its own name. */
export const operator: Principal = {
  id: "operator",
  kind: "operator",
  scopes: ["platform:operate", ...Scope.options],
};

/** Finds issued keys through the service, wherever that runs. Only the hash of a key travels. */
async function findIssued(keys: ApiKeyService, hash: string): Promise<ApiKeyRecord | undefined> {
  try {
    // In the platform's own name: whose key it is has to be found out first.
    const { keyId, userId, accountId, scopes, expiresAt } = await runWithContext(
      createContext({ principal: operator }),
      () => keys.verifyKey({ keyId: hash }),
    );
    const principal = { id: userId, kind: "user", scopes, claims: { accountId } };
    return { hash: keyId, principal, expiresAt };
  } catch (error) {
    if (isServiceError(error, "not_found")) return undefined;
    throw error;
  }
}

/** Accepts issued keys and the root key, in the header `x-api-key`. */
export const bindAuthorizer: Binding = (binder) =>
  binder
    .bind(Authorizer)
    .toFactory([ApiKeyService, ApiKeysConfig, Clock], (keys, config, clock) => {
      const root: ApiKeyRecord = { hash: hashApiKey(config.rootKey.reveal()), principal: operator };
      return new ApiKeyAuthorizer(
        async (hash) => (hash === root.hash ? root : findIssued(keys, hash)),
        { clock },
      );
    });
