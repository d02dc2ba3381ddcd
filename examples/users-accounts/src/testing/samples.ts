import type { Account, Membership, User } from "../api/index.ts";

const userId = "0193a1b2-0000-4000-8000-000000000001";
const accountId = "0193a1b2-0000-4000-8000-000000000002";

/** A valid user. @param values What the test is about. Default: Ada. */
export function aUser(values: Partial<User> = {}): User {
  return { userId, name: "Ada", email: "ada@example.com", ...values };
}

/** A valid account. @param values What the test is about. Default: it belongs to {@link aUser}. */
export function anAccount(values: Partial<Account> = {}): Account {
  return { accountId, name: "Engines", ownerId: userId, ...values };
}

/** A valid membership. @param values What the test is about. Default: of the owner. */
export function aMembership(values: Partial<Membership> = {}): Membership {
  return { accountId, userId, role: "owner", ...values };
}
