import { inject, injectable } from "@plinth/core";
import { type Delivery, type EventHandler, bindSubscription } from "@plinth/messaging";
import { UserCreated } from "users-accounts/api";
import { NotificationSender } from "./notification-sender.ts";

/** Welcomes new users. A provider that is down is asked again for an hour. */
@injectable()
export class WelcomeUsers implements EventHandler<UserCreated> {
  constructor(@inject(NotificationSender) private readonly sender: NotificationSender) {}

  async handle({ data: { name, email } }: UserCreated, { id }: Delivery): Promise<void> {
    await this.sender.send({
      messageId: `welcome-${id}`,
      email,
      subject: "Welcome",
      text: `Hello ${name}, it is good to have you here.`,
    });
  }
}

const second = 1_000;
const minute = 60 * second;

export const subscribeWelcomeUsers = bindSubscription("notifications.welcome-users", {
  events: [UserCreated],
  handler: WelcomeUsers,
  retry: { delays: [second, 10 * second, minute, 10 * minute, 50 * minute] },
});
