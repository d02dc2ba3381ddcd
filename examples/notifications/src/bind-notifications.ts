import type { Binding } from "@plinth/core";
import { bindRecipientRepository } from "./data/recipient-repository.ts";
import { subscribeKeepRecipients } from "./keep-recipients.ts";
import { bindLogSender } from "./log-sender.ts";
import { bindNotificationService } from "./notification-service-impl.ts";
import { subscribeWelcomeUsers } from "./welcome-users.ts";

/** What notifications are made of. Needs a `Database`, an `EventBus`, an `Inbox` and a `NotificationsConfig`. */
export const bindNotifications: Binding = (binder) => {
  binder.install(bindRecipientRepository);
  binder.install(bindLogSender);
  binder.install(bindNotificationService);
  binder.install(subscribeKeepRecipients);
  binder.install(subscribeWelcomeUsers);
};
