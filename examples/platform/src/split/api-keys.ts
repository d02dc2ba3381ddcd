import type { Binding } from "@plinth/core";
import { bindCloudDatabase } from "@plinth/data";
import { bindHttp, bindRemote } from "@plinth/http";
import { bindApiKeys } from "api-keys";
import { bindAuthorizer } from "api-keys/authorizer";
import { UsersAccountsService } from "users-accounts/api";
import { bindConfigs, PlatformConfig } from "../platform-config.ts";
import { apiKeys, serving } from "../served.ts";

/** API keys in a process of their own. */
export const bindings: readonly Binding[] = [
  bindConfigs,
  bindCloudDatabase(PlatformConfig),
  bindRemote(UsersAccountsService, [PlatformConfig], (config) =>
    config.remote(config.usersAccountsUrl),
  ),
  bindApiKeys,
  bindAuthorizer,
  bindHttp({ serve: [apiKeys], ...serving }),
];
