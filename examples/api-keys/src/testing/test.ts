import { mockOf } from "@plinth/testing";
import { test as base } from "users-accounts/testing";
import { ApiKeysConfig } from "../api-keys-config.ts";
import { ApiKeyService } from "../api/index.ts";

/** The fixtures of api-keys, with those of users-accounts, which it calls. */
export const test = base
  .extend(
    "apiKeysConfig",
    () =>
      new ApiKeysConfig({ environment: "test", port: 0, rootKey: "root-key-of-a-test-".repeat(2) }),
  )
  .extend("mockApiKeyService", () => mockOf(ApiKeyService));
