import { DomainEvent } from "@plinth/messaging";
import { User } from "./user.ts";

/** There is a new user. */
export class UserCreated extends DomainEvent({
  name: "users-accounts.user-created",
  schema: User,
  key: "userId",
}) {}

/** A user has a new name or address; the data are those from now on. */
export class UserUpdated extends DomainEvent({
  name: "users-accounts.user-updated",
  schema: User,
  key: "userId",
}) {}
