export { ApiKeyServiceImpl, bindApiKeyService } from "./api-key-service-impl.ts";
export {
  ApiKeysConfig,
  apiKeysConfigs,
  AwsApiKeysConfig,
  GcpApiKeysConfig,
} from "./api-keys-config.ts";
export { bindApiKeys } from "./bind-api-keys.ts";
export { ApiKeyRepository, bindApiKeyRepository } from "./data/api-key-repository.ts";
