import { randomUUID } from "node:crypto";
import { InvalidArgumentError, NotFoundError } from "@plinth/core";
import type { NotificationService } from "notifications/api";
import type { UsersAccountsService } from "users-accounts/api";
import { expect, test, vi } from "vitest";
import { failureOf, faultsAt } from "./failure-of.ts";
import { describeMethods } from "./method-tests.ts";

/**
 * All methods of notifications, the same wherever they run.
 *
 * @param notifications The service.
 * @param usersAccounts Finds the service of the same deployment whose events it gets.
 */
export function notificationSuite(
  notifications: NotificationService,
  usersAccounts: () => UsersAccountsService,
): void {
  const message = { subject: "News", text: "There are some." };

  describeMethods<NotificationService>({
    notifyUser() {
      test("reaches who became a user a moment ago", async () => {
        const user = { name: "Ada", email: "ada@example.com" };
        const { userId } = await usersAccounts().createUser(user);
        const accepted = await vi.waitUntil(
          () => notifications.notifyUser({ userId, ...message }).catch(() => undefined),
          { timeout: 10_000, interval: 20 },
        );
        expect(accepted).toEqual({ messageId: expect.any(String) });
      });

      test("of an unknown user is not_found", async () => {
        const userId = randomUUID();
        const error = await failureOf(notifications.notifyUser({ userId, ...message }));
        expect(error).toBeInstanceOf(NotFoundError);
        expect(error.message).toBe(`No user "${userId}" is known here, or not yet.`);
      });

      test("names every field that is not valid", async () => {
        const request = { userId: "ada", subject: "", text: "There are some." };
        const error = await failureOf(notifications.notifyUser(request));
        expect(error).toBeInstanceOf(InvalidArgumentError);
        expect(error.details).toEqual(
          faultsAt(["userId", "invalid_format"], ["subject", "too_small"]),
        );
      });
    },
  });
}
