import type { Binding } from "@plinth/core";
import { bindAccountRepository } from "./data/account-repository.ts";
import { bindMembershipRepository } from "./data/membership-repository.ts";
import { bindUserRepository } from "./data/user-repository.ts";
import { bindUsersAccountsService } from "./users-accounts-service-impl.ts";

/** What users-accounts is made of. Needs a `Database`, an `Outbox` and a `UsersAccountsConfig`. */
export const bindUsersAccounts: Binding = (binder) => {
  binder.install(bindUserRepository);
  binder.install(bindAccountRepository);
  binder.install(bindMembershipRepository);
  binder.install(bindUsersAccountsService);
};
