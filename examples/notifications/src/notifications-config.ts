import { awsFields, BaseConfig, boolean, gcpFields } from "@plinth/config";
import { z } from "zod";

/** Read from the environment once, at start: where the copies of users are, and the base fields. */
export class NotificationsConfig extends BaseConfig.extend({
  recipientsTable: z
    .string()
    .min(1)
    .default("recipients")
    .describe("Table or collection of the users that notifications know."),
  ensureSchema: boolean()
    .optional()
    .describe("Whether to create missing tables. Unset: in development and tests, not on a cloud."),
}) {}

export class AwsNotificationsConfig extends NotificationsConfig.extend(awsFields) {}
export class GcpNotificationsConfig extends NotificationsConfig.extend(gcpFields) {}

/** By the value of CLOUD. */
export const notificationsConfigs = {
  local: NotificationsConfig,
  aws: AwsNotificationsConfig,
  gcp: GcpNotificationsConfig,
};
