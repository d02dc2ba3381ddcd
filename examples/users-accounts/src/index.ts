export { bindUsersAccounts } from "./bind-users-accounts.ts";
export { AccountRepository, bindAccountRepository } from "./data/account-repository.ts";
export { bindMembershipRepository, MembershipRepository } from "./data/membership-repository.ts";
export { bindUserRepository, UserRepository } from "./data/user-repository.ts";
export {
  AwsUsersAccountsConfig,
  GcpUsersAccountsConfig,
  UsersAccountsConfig,
  usersAccountsConfigs,
} from "./users-accounts-config.ts";
export {
  bindUsersAccountsService,
  UsersAccountsServiceImpl,
} from "./users-accounts-service-impl.ts";
