import { mockOf, test as base } from "@plinth/testing";
import { UsersAccountsService } from "../api/index.ts";
import { UsersAccountsConfig } from "../users-accounts-config.ts";

/** The fixtures of users-accounts, for its own tests and for those of services that call it. */
export const test = base
  .extend("usersAccountsConfig", () => new UsersAccountsConfig({ environment: "test", port: 0 }))
  .extend("mockUsersAccountsService", () => mockOf(UsersAccountsService));
