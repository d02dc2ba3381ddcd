import { method, Service } from "@plinth/core";
import { z } from "zod";
import { Account, Membership } from "./account.ts";
import { User } from "./user.ts";

export const CreateUserRequest = User.omit({ userId: true });
export type CreateUserRequest = z.infer<typeof CreateUserRequest>;

export const GetUserRequest = User.pick({ userId: true });
export type GetUserRequest = z.infer<typeof GetUserRequest>;

export const CreateAccountRequest = Account.omit({ accountId: true });
export type CreateAccountRequest = z.infer<typeof CreateAccountRequest>;

export const GetAccountRequest = Account.pick({ accountId: true });
export type GetAccountRequest = z.infer<typeof GetAccountRequest>;

/** One user of one account. */
export const MemberRequest = Membership.omit({ role: true });
export type MemberRequest = z.infer<typeof MemberRequest>;

export const ListMembersRequest = Account.pick({ accountId: true }).extend({
  limit: z.number().int().min(1).max(1_000).default(100),
  /** From the answer before. */
  cursor: z.string().max(4_096).optional(),
});
export type ListMembersRequest = z.infer<typeof ListMembersRequest>;

export const ListMembersResponse = z.object({
  members: z.array(Membership),
  /** Absent: there are no more. */
  cursor: z.string().optional(),
});
export type ListMembersResponse = z.infer<typeof ListMembersResponse>;

/** Only the operator of the platform, and its services among themselves. */
const operate = ["platform:operate"];

/** Users, accounts, and who belongs to which. All methods are closed. */
export abstract class UsersAccountsService extends Service("users-accounts", {
  createUser: method({
    http: "POST /users",
    scopes: operate,
    status: 201,
    location: "/users/:userId",
    input: CreateUserRequest,
    output: User,
  }),
  getUser: method({
    http: "GET /users/:userId",
    scopes: operate,
    idempotent: true,
    input: GetUserRequest,
    output: User,
    errors: ["not_found"],
  }),
  updateUser: method({
    http: "PUT /users/:userId",
    scopes: operate,
    input: User,
    output: User,
    errors: ["not_found", "aborted"],
  }),
  createAccount: method({
    http: "POST /accounts",
    scopes: operate,
    status: 201,
    location: "/accounts/:accountId",
    input: CreateAccountRequest,
    output: Account,
    errors: ["not_found"],
  }),
  getAccount: method({
    http: "GET /accounts/:accountId",
    scopes: ["accounts:read"],
    idempotent: true,
    input: GetAccountRequest,
    output: Account,
    errors: ["not_found", "permission_denied"],
  }),
  addMember: method({
    http: "POST /accounts/:accountId/members",
    scopes: ["accounts:write"],
    status: 201,
    location: "/accounts/:accountId/members/:userId",
    input: MemberRequest,
    output: Membership,
    errors: ["not_found", "already_exists", "permission_denied"],
  }),
  getMember: method({
    http: "GET /accounts/:accountId/members/:userId",
    scopes: ["accounts:read"],
    idempotent: true,
    input: MemberRequest,
    output: Membership,
    errors: ["not_found", "permission_denied"],
  }),
  listMembers: method({
    http: "GET /accounts/:accountId/members",
    scopes: ["accounts:read"],
    idempotent: true,
    input: ListMembersRequest,
    output: ListMembersResponse,
    errors: ["not_found", "permission_denied"],
  }),
  removeMember: method({
    http: "DELETE /accounts/:accountId/members/:userId",
    scopes: ["accounts:write"],
    input: MemberRequest,
    output: z.void(),
    errors: ["not_found", "failed_precondition", "aborted", "permission_denied"],
  }),
  transferAccount: method({
    http: "PUT /accounts/:accountId/owner",
    scopes: ["accounts:write"],
    input: MemberRequest,
    output: Account,
    errors: ["not_found", "aborted", "permission_denied"],
  }),
}) {}
