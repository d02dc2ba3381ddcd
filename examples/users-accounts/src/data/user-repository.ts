import { bindRepository, Repository } from "@plinth/data";
import { User } from "../api/index.ts";
import { UsersAccountsConfig } from "../users-accounts-config.ts";

export class UserRepository extends Repository({ name: "users", schema: User, key: ["userId"] }) {}

export const bindUserRepository = bindRepository(
  UserRepository,
  [UsersAccountsConfig],
  (config) => ({ collection: config.usersTable }),
);
