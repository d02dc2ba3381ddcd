export { Account, AccountId, Membership } from "./account.ts";
export { Name, User, UserId } from "./user.ts";
export { UserCreated, UserUpdated } from "./user-events.ts";
export {
  CreateAccountRequest,
  CreateUserRequest,
  GetAccountRequest,
  GetUserRequest,
  ListMembersRequest,
  ListMembersResponse,
  MemberRequest,
  UsersAccountsService,
} from "./users-accounts-service.ts";
