import { awsFields, BaseConfig, gcpFields, httpFields, url } from "@plinth/config";
import type { Binding } from "@plinth/core";
import type { ClientOptions } from "@plinth/http";
import { ApiKeysConfig } from "api-keys/config";
import { NotificationsConfig } from "notifications/config";
import { ThingConfig } from "thing-service/config";
import { UsersAccountsConfig } from "users-accounts/config";
import { z } from "zod";

const place = (address: string) => url({ protocols: ["http", "https"] }).default(address);

/** One configuration for all parts, so that all faults are in one message. */
export class PlatformConfig extends BaseConfig.extend({
  ...ThingConfig.fields,
  ...UsersAccountsConfig.fields,
  ...ApiKeysConfig.fields,
  ...NotificationsConfig.fields,
  ...httpFields,
  thingsUrl: place("http://127.0.0.1:3001/catalog").describe("Where things are, when split."),
  usersAccountsUrl: place("http://127.0.0.1:3002/identity").describe(
    "Where users and accounts are, when split.",
  ),
  rabbitmqUrl: url({ protocols: ["amqp", "amqps"] })
    .optional()
    .describe("The broker that carries events between processes. Unset: they stay in the process."),
  eventsPrefix: z
    .string()
    .regex(/^[a-z0-9_-]{1,64}$/)
    .default("platform")
    .describe("Begins the names of queues: one for each platform on a broker."),
  outboxTable: z.string().min(1).default("outbox").describe("Table of events to be published."),
  inboxTable: z.string().min(1).default("inbox").describe("Table of events that were handled."),
  apiKeysUrl: place("http://127.0.0.1:3003/access").describe("Where API keys are, when split."),
}) {
  /** How this process calls a part that runs elsewhere. */
  remote(address: string): ClientOptions {
    return { url: address, headers: () => ({ "x-api-key": this.rootKey.reveal() }) };
  }
}

class AwsPlatformConfig extends PlatformConfig.extend(awsFields) {}
class GcpPlatformConfig extends PlatformConfig.extend(gcpFields) {}

/** By the value of CLOUD. */
export const platformConfigs = {
  local: PlatformConfig,
  aws: AwsPlatformConfig,
  gcp: GcpPlatformConfig,
};

/** Gives each part its own view of the one configuration. */
export const bindConfigs: Binding = (binder) => {
  binder.bind(ThingConfig).toAlias(PlatformConfig);
  binder.bind(UsersAccountsConfig).toAlias(PlatformConfig);
  binder.bind(ApiKeysConfig).toAlias(PlatformConfig);
  binder.bind(NotificationsConfig).toAlias(PlatformConfig);
};
