export {
  NotificationService,
  NotifyUserRequest,
  NotifyUserResponse,
} from "./notification-service.ts";
