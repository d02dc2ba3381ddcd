export { bindNotifications } from "./bind-notifications.ts";
export {
  bindRecipientRepository,
  Recipient,
  RecipientRepository,
} from "./data/recipient-repository.ts";
export { KeepRecipients, subscribeKeepRecipients } from "./keep-recipients.ts";
export { bindLogSender, LogSender } from "./log-sender.ts";
export { type Message, NotificationSender } from "./notification-sender.ts";
export { bindNotificationService, NotificationServiceImpl } from "./notification-service-impl.ts";
export {
  AwsNotificationsConfig,
  GcpNotificationsConfig,
  NotificationsConfig,
  notificationsConfigs,
} from "./notifications-config.ts";
export { subscribeWelcomeUsers, WelcomeUsers } from "./welcome-users.ts";
