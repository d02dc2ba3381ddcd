import { method, Service } from "@plinth/core";
import { UserId } from "users-accounts/api";
import { z } from "zod";

export const NotifyUserRequest = z.object({
  userId: UserId,
  subject: z.string().min(1).max(200),
  text: z.string().min(1).max(10_000),
});
export type NotifyUserRequest = z.infer<typeof NotifyUserRequest>;

export const NotifyUserResponse = z.object({ messageId: z.string() });
export type NotifyUserResponse = z.infer<typeof NotifyUserResponse>;

/** Messages to users. Only the operator of the platform, and its services, may send them. */
export abstract class NotificationService extends Service("notifications", {
  notifyUser: method({
    http: "POST /users/:userId",
    scopes: ["platform:operate"],
    status: 202,
    input: NotifyUserRequest,
    output: NotifyUserResponse,
    errors: ["not_found"],
  }),
}) {}
