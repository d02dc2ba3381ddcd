import type { Binding } from "@plinth/core";
import { bindCloudDatabase } from "@plinth/data";
import { bindHttp, bindRemote } from "@plinth/http";
import { ApiKeyService } from "api-keys/api";
import { bindAuthorizer } from "api-keys/authorizer";
import { bindThingRepository, bindThingService } from "thing-service";
import { bindConfigs, PlatformConfig } from "../platform-config.ts";
import { serving, things } from "../served.ts";

/** Things in a process of their own. */
export const bindings: readonly Binding[] = [
  bindConfigs,
  bindCloudDatabase(PlatformConfig),
  bindThingRepository,
  bindThingService,
  bindRemote(ApiKeyService, [PlatformConfig], (config) => config.remote(config.apiKeysUrl)),
  bindAuthorizer,
  bindHttp({ serve: [things], ...serving }),
];
