import { bindRepository, Repository } from "@plinth/data";
import { Account } from "../api/index.ts";
import { UsersAccountsConfig } from "../users-accounts-config.ts";

export class AccountRepository extends Repository({
  name: "accounts",
  schema: Account,
  key: ["accountId"],
}) {}

export const bindAccountRepository = bindRepository(
  AccountRepository,
  [UsersAccountsConfig],
  (config) => ({ collection: config.accountsTable }),
);
