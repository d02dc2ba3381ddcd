import type { Binding } from "@plinth/core";
import { bindCloudDatabase } from "@plinth/data";
import { bindHttp, bindRemote } from "@plinth/http";
import { ApiKeyService } from "api-keys/api";
import { bindAuthorizer } from "api-keys/authorizer";
import { bindUsersAccounts } from "users-accounts";
import { bindConfigs, PlatformConfig } from "../platform-config.ts";
import {
  bindPlatformEventBus,
  bindPlatformOutbox,
  bindPlatformOutboxRelay,
} from "../platform-events.ts";
import { serving, usersAccounts } from "../served.ts";

/** Users and accounts in a process of their own. */
export const bindings: readonly Binding[] = [
  bindConfigs,
  bindCloudDatabase(PlatformConfig),
  bindPlatformEventBus,
  bindPlatformOutbox,
  bindPlatformOutboxRelay,
  bindUsersAccounts,
  bindRemote(ApiKeyService, [PlatformConfig], (config) => config.remote(config.apiKeysUrl)),
  bindAuthorizer,
  bindHttp({ serve: [usersAccounts], ...serving }),
];
