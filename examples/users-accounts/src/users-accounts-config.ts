import { awsFields, BaseConfig, boolean, gcpFields } from "@plinth/config";
import { z } from "zod";

/** Read from the environment once, at start: where the records are, and the base fields. */
export class UsersAccountsConfig extends BaseConfig.extend({
  usersTable: z.string().min(1).default("users").describe("Table or collection of the users."),
  accountsTable: z
    .string()
    .min(1)
    .default("accounts")
    .describe("Table or collection of the accounts."),
  membershipsTable: z
    .string()
    .min(1)
    .default("memberships")
    .describe("Table or collection of the memberships."),
  ensureSchema: boolean()
    .optional()
    .describe("Whether to create missing tables. Unset: in development and tests, not on a cloud."),
}) {}

export class AwsUsersAccountsConfig extends UsersAccountsConfig.extend(awsFields) {}
export class GcpUsersAccountsConfig extends UsersAccountsConfig.extend(gcpFields) {}

/** By the value of CLOUD. */
export const usersAccountsConfigs = {
  local: UsersAccountsConfig,
  aws: AwsUsersAccountsConfig,
  gcp: GcpUsersAccountsConfig,
};
