import { randomUUID } from "node:crypto";
import { type Binding, token } from "@plinth/core";
import { bindHttp, createClient, type RemoteService } from "@plinth/http";
import { describeBothWays, describeWithEngine, engineEndpoint } from "@plinth/testing";
import { ApiKeyService } from "api-keys/api";
import { NotificationService } from "notifications/api";
import { ThingService } from "thing-service/api";
import { UsersAccountsService } from "users-accounts/api";
import { afterAll, beforeAll } from "vitest";
import { bindings as monolith } from "../src/monolith.ts";
import { PlatformConfig } from "../src/platform-config.ts";
import { apiKeySuite } from "./support/api-key-suite.ts";
import { asOperator } from "./support/as-operator.ts";
import { keepingInputs } from "./support/keeping-inputs.ts";
import {
  type LaunchedPlatform,
  launchPlatform,
  patience,
  split,
} from "./support/launch-platform.ts";
import { notificationSuite } from "./support/notification-suite.ts";
import { thingSuite } from "./support/thing-suite.ts";
import { usersAccountsSuite } from "./support/users-accounts-suite.ts";

const broker = engineEndpoint("rabbitmq");
let platform: LaunchedPlatform;
let remoteNotifications: RemoteService<NotificationService>;
let remoteUsersAccounts: RemoteService<UsersAccountsService>;
beforeAll(async () => {
  platform = await launchPlatform(split, {
    // A name of its own, for there may be other platforms on the broker.
    EVENTS_PREFIX: `both-ways-${randomUUID()}`,
    ...(broker !== undefined && { RABBITMQ_URL: broker }),
  });
  remoteUsersAccounts = createClient(UsersAccountsService, platform.usersAccounts);
  remoteNotifications = createClient(NotificationService, platform.notifications);
}, patience);
afterAll(async () => {
  await remoteNotifications[Symbol.asyncDispose]();
  await remoteUsersAccounts[Symbol.asyncDispose]();
  await platform[Symbol.asyncDispose]();
});

/** Keys need members: the suite of api-keys makes them where the service under test looks. */
let ownUsersAccounts: UsersAccountsService;
const keepUsersAccounts: Binding = (binder) =>
  binder.bind(token<UsersAccountsService>("kept")).toResource([UsersAccountsService], {
    create: (service) => {
      ownUsersAccounts = asOperator(UsersAccountsService, service);
      return service;
    },
  });

const options = {
  // With the authorizer of the monolith among its bindings, methods are closed in process as well.
  config: new PlatformConfig({
    environment: "test",
    port: 0,
    rootKey: "root-key-of-a-test-".repeat(2),
  }),
  // Each way brings its own server or needs none; the monolith's would take its time to drain.
  bindings: [...monolith.filter(({ name }) => name !== bindHttp.name), keepUsersAccounts],
};

describeBothWays(ThingService, { ...options, deployed: () => platform.things }, (service) =>
  thingSuite(keepingInputs(ThingService, asOperator(ThingService, service))),
);

describeBothWays(
  UsersAccountsService,
  { ...options, deployed: () => platform.usersAccounts },
  (service) =>
    usersAccountsSuite(
      keepingInputs(UsersAccountsService, asOperator(UsersAccountsService, service)),
    ),
);

describeBothWays(ApiKeyService, { ...options, deployed: () => platform.apiKeys }, (service, way) =>
  apiKeySuite(keepingInputs(ApiKeyService, asOperator(ApiKeyService, service)), () =>
    way === "deployed" ? remoteUsersAccounts : ownUsersAccounts,
  ),
);

describeBothWays(NotificationService, options, (service) =>
  notificationSuite(
    keepingInputs(NotificationService, asOperator(NotificationService, service)),
    () => ownUsersAccounts,
  ),
);

// Split, it hears of users by a broker alone.
describeWithEngine("rabbitmq", "NotificationService deployed, with RabbitMQ", () => {
  // The client is made once the platform runs, and that is after the tests are collected.
  const late: NotificationService = {
    notifyUser: (...call) => remoteNotifications.notifyUser(...call),
  };
  notificationSuite(keepingInputs(NotificationService, late), () => remoteUsersAccounts);
});
