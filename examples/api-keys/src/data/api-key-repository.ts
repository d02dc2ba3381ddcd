import { bindRepository, Repository } from "@plinth/data";
import { z } from "zod";
import { ApiKeysConfig } from "../api-keys-config.ts";
import { ApiKey } from "../api/index.ts";

/** Keys by their hash; nothing here leads back to a key. Those that have ended vanish. */
export class ApiKeyRepository extends Repository({
  name: "api-keys",
  schema: ApiKey.extend({ revokedAt: z.number().int().optional() }),
  key: ["keyId"],
  expires: "expiresAt",
}) {}

export const bindApiKeyRepository = bindRepository(ApiKeyRepository, [ApiKeysConfig], (config) => ({
  collection: config.apiKeysTable,
}));
