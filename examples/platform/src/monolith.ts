import type { Binding } from "@plinth/core";
import { cloudDatabaseBinding } from "@plinth/data";
import { bindHttp } from "@plinth/http";
import { bindApiKeys } from "api-keys";
import { bindAuthorizer } from "api-keys/authorizer";
import { bindThingRepository, bindThingService } from "thing-service";
import { bindUsersAccounts } from "users-accounts";
import { bindConfigs, PlatformConfig } from "./platform-config.ts";
import { apiKeys, serving, things, usersAccounts } from "./served.ts";

/** Everything in one process. */
export const bindings: readonly Binding[] = [
  bindConfigs,
  cloudDatabaseBinding(PlatformConfig),
  bindThingRepository,
  bindThingService,
  bindUsersAccounts,
  bindApiKeys,
  bindAuthorizer,
  bindHttp({ serve: [things, usersAccounts, apiKeys], ...serving }),
];
