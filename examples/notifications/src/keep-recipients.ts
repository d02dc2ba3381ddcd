import { inject, injectable } from "@plinth/core";
import { type Delivery, type EventHandler, bindSubscription } from "@plinth/messaging";
import { Inbox } from "@plinth/messaging/outbox";
import { UserCreated, UserUpdated } from "users-accounts/api";
import { RecipientRepository } from "./data/recipient-repository.ts";

/** Keeps a copy of each user, so that sending a message needs no call. */
@injectable()
export class KeepRecipients implements EventHandler<UserCreated | UserUpdated> {
  constructor(
    @inject(RecipientRepository) private readonly recipients: RecipientRepository,
    @inject(Inbox) private readonly inbox: Inbox,
  ) {}

  async handle({ data }: UserCreated | UserUpdated, delivery: Delivery): Promise<void> {
    const { userId, name, email } = data;
    // Once, because an event that comes again late would bring back what was replaced since.
    await this.inbox.once(delivery, () => [this.recipients.action.put({ userId, name, email })]);
  }
}

export const subscribeKeepRecipients = bindSubscription("notifications.keep-recipients", {
  events: [UserCreated, UserUpdated],
  handler: KeepRecipients,
  ordered: true,
});
