import { z } from "zod";
import { Name, UserId } from "./user.ts";

export const AccountId = z.uuid();

/** What belongs to one customer. It has exactly one owner, who is a member too. */
export const Account = z.object({ accountId: AccountId, name: Name, ownerId: UserId });
export type Account = z.infer<typeof Account>;

/** That a user belongs to an account. */
export const Membership = z.object({
  accountId: AccountId,
  userId: UserId,
  role: z.enum(["owner", "member"]),
});
export type Membership = z.infer<typeof Membership>;
