import type { Binding } from "@plinth/core";
import { bindCloudDatabase } from "@plinth/data";
import { bindHttp } from "@plinth/http";
import { bindApiKeys } from "api-keys";
import { bindAuthorizer } from "api-keys/authorizer";
import { bindNotifications } from "notifications";
import { bindThingRepository, bindThingService } from "thing-service";
import { bindUsersAccounts } from "users-accounts";
import { bindConfigs, PlatformConfig } from "./platform-config.ts";
import {
  bindPlatformEventBus,
  bindPlatformInbox,
  bindPlatformOutbox,
  bindPlatformOutboxRelay,
} from "./platform-events.ts";
import { apiKeys, notifications, serving, things, usersAccounts } from "./served.ts";

/** Everything in one process. */
export const bindings: readonly Binding[] = [
  bindConfigs,
  bindCloudDatabase(PlatformConfig),
  bindPlatformEventBus,
  bindPlatformOutbox,
  bindPlatformOutboxRelay,
  bindPlatformInbox,
  bindThingRepository,
  bindThingService,
  bindUsersAccounts,
  bindApiKeys,
  bindNotifications,
  bindAuthorizer,
  bindHttp({ serve: [things, usersAccounts, apiKeys, notifications], ...serving }),
];
