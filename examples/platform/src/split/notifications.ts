import type { Binding } from "@plinth/core";
import { bindCloudDatabase } from "@plinth/data";
import { bindHttp, bindRemote } from "@plinth/http";
import { ApiKeyService } from "api-keys/api";
import { bindAuthorizer } from "api-keys/authorizer";
import { bindNotifications } from "notifications";
import { bindConfigs, PlatformConfig } from "../platform-config.ts";
import { bindPlatformEventBus, bindPlatformInbox } from "../platform-events.ts";
import { notifications, serving } from "../served.ts";

/** Notifications in a process of their own. */
export const bindings: readonly Binding[] = [
  bindConfigs,
  bindCloudDatabase(PlatformConfig),
  bindPlatformEventBus,
  bindPlatformInbox,
  bindNotifications,
  bindRemote(ApiKeyService, [PlatformConfig], (config) => config.remote(config.apiKeysUrl)),
  bindAuthorizer,
  bindHttp({ serve: [notifications], ...serving }),
];
