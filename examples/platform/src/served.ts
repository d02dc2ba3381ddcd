import type { HttpOptions, ServedService } from "@plinth/http";
import { ApiKeyService } from "api-keys/api";
import { NotificationService } from "notifications/api";
import { ThingService } from "thing-service/api";
import { UsersAccountsService } from "users-accounts/api";

// A part keeps its prefix wherever it runs, so that its paths are the same in every deployment.
export const things: ServedService = { service: ThingService, prefix: "/catalog" };
export const usersAccounts: ServedService = { service: UsersAccountsService, prefix: "/identity" };
export const apiKeys: ServedService = { service: ApiKeyService, prefix: "/access" };
export const notifications: ServedService = {
  service: NotificationService,
  prefix: "/notifications",
};

/**
 * Long enough for a load balancer that asks for `/ready` every second to see a 503 twice; DRAIN_DELAY
 * says otherwise.
 */
export const serving: Omit<HttpOptions, "serve"> = { drainDelay: 2_500 };
