import { bindRepository, Repository } from "@plinth/data";
import { Membership } from "../api/index.ts";
import { UsersAccountsConfig } from "../users-accounts-config.ts";

export class MembershipRepository extends Repository({
  name: "memberships",
  schema: Membership,
  key: ["accountId", "userId"],
  indexes: { byAccount: { partition: "accountId", sort: "userId" } },
}) {}

export const bindMembershipRepository = bindRepository(
  MembershipRepository,
  [UsersAccountsConfig],
  (config) => ({ collection: config.membershipsTable }),
);
