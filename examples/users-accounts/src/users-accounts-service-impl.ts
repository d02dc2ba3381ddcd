import {
  type Binding,
  FailedPreconditionError,
  Ids,
  inject,
  injectable,
  NotFoundError,
} from "@plinth/core";
import { Database, type Entry } from "@plinth/data";
import { Outbox } from "@plinth/messaging/outbox";
import {
  type Account,
  type CreateAccountRequest,
  type CreateUserRequest,
  type GetAccountRequest,
  type GetUserRequest,
  type ListMembersRequest,
  type ListMembersResponse,
  type Membership,
  type MemberRequest,
  type User,
  UserCreated,
  UsersAccountsService,
  UserUpdated,
} from "./api/index.ts";
import { AccountRepository } from "./data/account-repository.ts";
import { MembershipRepository } from "./data/membership-repository.ts";
import { UserRepository } from "./data/user-repository.ts";
import { requireAccount } from "./require-account.ts";

/** Keeps three kinds of records in step: what belongs together changes in one transaction. */
@injectable()
export class UsersAccountsServiceImpl implements UsersAccountsService {
  constructor(
    @inject(Database) private readonly database: Database,
    @inject(Outbox) private readonly outbox: Outbox,
    @inject(UserRepository) private readonly users: UserRepository,
    @inject(AccountRepository) private readonly accounts: AccountRepository,
    @inject(MembershipRepository) private readonly memberships: MembershipRepository,
    @inject(Ids) private readonly ids: Ids,
  ) {}

  async createUser({ name, email }: CreateUserRequest): Promise<User> {
    const user = { userId: this.ids.next(), name, email };
    // Together, so that no subscriber misses a user who exists, or hears of one who does not.
    await this.outbox.transact([this.users.action.create(user)], new UserCreated(user));
    return user;
  }

  async getUser({ userId }: GetUserRequest): Promise<User> {
    const user = await this.users.get({ userId });
    if (user === undefined) throw noUser(userId);
    return user;
  }

  async updateUser(user: User): Promise<User> {
    const { userId } = user;
    const entry = await this.users.getEntry({ userId });
    if (entry === undefined) throw noUser(userId);
    await this.outbox.transact([this.users.action.replace(user, entry)], new UserUpdated(user));
    return user;
  }

  async createAccount({ name, ownerId }: CreateAccountRequest): Promise<Account> {
    await this.getUser({ userId: ownerId });
    const account = { accountId: this.ids.next(), name, ownerId };
    // Together, so that there is never an account without its owner among the members.
    await this.database.transact([
      this.accounts.action.create(account),
      this.memberships.action.create({ ...membershipKey(account), role: "owner" }),
    ]);
    return account;
  }

  async getAccount({ accountId }: GetAccountRequest): Promise<Account> {
    requireAccount(accountId);
    return (await this.accountEntry(accountId)).record;
  }

  async addMember({ accountId, userId }: MemberRequest): Promise<Membership> {
    requireAccount(accountId);
    await this.accountEntry(accountId);
    await this.getUser({ userId });
    const { record } = await this.memberships.create({ accountId, userId, role: "member" });
    return record;
  }

  async getMember(request: MemberRequest): Promise<Membership> {
    requireAccount(request.accountId);
    return (await this.memberEntry(request)).record;
  }

  async listMembers(request: ListMembersRequest): Promise<ListMembersResponse> {
    const { accountId, limit, cursor } = request;
    requireAccount(accountId);
    await this.accountEntry(accountId);
    const page = await this.memberships.query({
      index: "byAccount",
      partition: accountId,
      limit,
      cursor,
    });
    return { members: [...page.records], cursor: page.cursor };
  }

  async removeMember(request: MemberRequest): Promise<void> {
    requireAccount(request.accountId);
    const { record, revision } = await this.memberEntry(request);
    if (record.role === "owner") {
      throw new FailedPreconditionError(
        "The owner cannot be removed: transfer the account to another member first.",
      );
    }
    // Only as it was seen: the member may have become the owner since.
    await this.memberships.delete(request, { revision });
  }

  async transferAccount({ accountId, userId }: MemberRequest): Promise<Account> {
    requireAccount(accountId);
    const account = await this.accountEntry(accountId);
    const next = await this.memberEntry({ accountId, userId });
    if (account.record.ownerId === userId) return account.record;
    const previous = await this.memberEntry(membershipKey(account.record));
    const transferred = { ...account.record, ownerId: userId };
    // No caller sees two owners, or none; a concurrent transfer wins.
    await this.database.transact([
      this.accounts.action.replace(transferred, account),
      this.memberships.action.replace({ ...previous.record, role: "member" }, previous),
      this.memberships.action.replace({ ...next.record, role: "owner" }, next),
    ]);
    return transferred;
  }

  private async accountEntry(accountId: string): Promise<Entry<Account>> {
    const entry = await this.accounts.getEntry({ accountId });
    if (entry === undefined) throw new NotFoundError(`There is no account "${accountId}".`);
    return entry;
  }

  private async memberEntry({ accountId, userId }: MemberRequest): Promise<Entry<Membership>> {
    const entry = await this.memberships.getEntry({ accountId, userId });
    if (entry === undefined) {
      throw new NotFoundError(`User "${userId}" is no member of account "${accountId}".`);
    }
    return entry;
  }
}

function noUser(userId: string): NotFoundError {
  return new NotFoundError(`There is no user "${userId}".`);
}

function membershipKey({ accountId, ownerId }: Account): MemberRequest {
  return { accountId, userId: ownerId };
}

export const bindUsersAccountsService: Binding = (binder) =>
  binder.bind(UsersAccountsService).toClass(UsersAccountsServiceImpl);
