import type { Binding } from "@plinth/core";
import { bindApiKeyService } from "./api-key-service-impl.ts";
import { bindApiKeyRepository } from "./data/api-key-repository.ts";

/** What api-keys is made of. Needs `UsersAccountsService`, a `Database` and an `ApiKeysConfig`. */
export const bindApiKeys: Binding = (binder) => {
  binder.install(bindApiKeyRepository);
  binder.install(bindApiKeyService);
};
