import { bindRepository, Repository } from "@plinth/data";
import { User } from "users-accounts/api";
import type { z } from "zod";
import { NotificationsConfig } from "../notifications-config.ts";

/** What notifications need to know of a user: their own copy, kept up by events. */
export const Recipient = User.pick({ userId: true, name: true, email: true });
export type Recipient = z.infer<typeof Recipient>;

export class RecipientRepository extends Repository({
  name: "recipients",
  schema: Recipient,
  key: ["userId"],
}) {}

export const bindRecipientRepository = bindRepository(
  RecipientRepository,
  [NotificationsConfig],
  (config) => ({ collection: config.recipientsTable }),
);
