import { awsFields, BaseConfig, gcpFields, httpFields, url } from "@plinth/config";
import type { Binding } from "@plinth/core";
import type { ClientOptions } from "@plinth/http";
import { ApiKeysConfig } from "api-keys/config";
import { ThingConfig } from "thing-service/config";
import { UsersAccountsConfig } from "users-accounts/config";

const place = (address: string) => url({ protocols: ["http", "https"] }).default(address);

/** One configuration for all parts, so that all faults are in one message. */
export class PlatformConfig extends BaseConfig.extend({
  ...ThingConfig.fields,
  ...UsersAccountsConfig.fields,
  ...ApiKeysConfig.fields,
  ...httpFields,
  thingsUrl: place("http://127.0.0.1:3001/catalog").describe("Where things are, when split."),
  usersAccountsUrl: place("http://127.0.0.1:3002/identity").describe(
    "Where users and accounts are, when split.",
  ),
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
};
