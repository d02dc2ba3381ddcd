import { awsFields, BaseConfig, boolean, gcpFields, secret } from "@plinth/config";
import { z } from "zod";

/** Read from the environment once, at start. */
export class ApiKeysConfig extends BaseConfig.extend({
  apiKeysTable: z.string().min(1).default("api-keys").describe("Table or collection of the keys."),
  ensureSchema: boolean()
    .optional()
    .describe(
      "Whether to create a missing table. Unset: in development and tests, not on a cloud.",
    ),
  rootKey: secret(
    z.string().regex(/^[A-Za-z0-9._~-]{32,256}$/, "32 to 256 letters, digits or ._~-"),
  ).describe(
    "The key before all others: with it the operator, and services among themselves, call.",
  ),
}) {}

export class AwsApiKeysConfig extends ApiKeysConfig.extend(awsFields) {}
export class GcpApiKeysConfig extends ApiKeysConfig.extend(gcpFields) {}

/** By the value of CLOUD. */
export const apiKeysConfigs = {
  local: ApiKeysConfig,
  aws: AwsApiKeysConfig,
  gcp: GcpApiKeysConfig,
};
