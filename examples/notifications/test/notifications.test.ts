import type { Binding } from "@plinth/core";
import { Database } from "@plinth/data";
import { EventBus, bindEventBus } from "@plinth/messaging";
import { memoryMessaging } from "@plinth/messaging/memory";
import { bindInbox } from "@plinth/messaging/outbox";
import { faultyMessaging, test as base, testConfig } from "@plinth/testing";
import {
  bindNotifications,
  NotificationsConfig,
  NotificationSender,
  RecipientRepository,
} from "notifications";
import { NotificationService } from "notifications/api";
import { FakeSender } from "notifications/testing";
import { UserCreated, UserUpdated } from "users-accounts/api";
import { aUser } from "users-accounts/testing";
import { expect } from "vitest";

const user = aUser();

const test = base
  .extend("sender", () => new FakeSender())
  .extend("driver", () => faultyMessaging(memoryMessaging()))
  .extend("config", () => testConfig(NotificationsConfig))
  .extend("bindings", ({ database, driver }): Binding[] => [
    (binder) => binder.bind(Database).toValue(database),
    bindEventBus(() => driver),
    bindInbox(),
    bindNotifications,
  ])
  .extend("overrides", ({ sender }) => [
    (binder) => binder.bind(NotificationSender).toValue(sender),
  ]);

test("a new user is welcomed, and known from then on", async ({ app, events, sender }) => {
  await app.get(EventBus).publish(new UserCreated(user));
  await events.handled.atLeast(2, UserCreated);
  const [{ id } = { id: "" }] = events.published.of(UserCreated);
  expect(sender.sent).toEqual([
    expect.objectContaining({ messageId: `welcome-${id}`, email: user.email, subject: "Welcome" }),
  ]);
  const request = { userId: user.userId, subject: "News", text: "There are some." };
  const { messageId } = await app.get(NotificationService).notifyUser(request);
  expect(sender.sent[1]).toEqual({
    messageId,
    email: user.email,
    subject: "News",
    text: "There are some.",
  });
});

test("a message goes to the address of now", async ({ app, events, sender }) => {
  const email = "countess@example.com";
  const bus = app.get(EventBus);
  await bus.publish([new UserCreated(user), new UserUpdated({ ...user, email })]);
  await events.handled.first(UserUpdated);
  const request = { userId: user.userId, subject: "News", text: "There are some." };
  await app.get(NotificationService).notifyUser(request);
  expect(sender.sent.at(-1)).toMatchObject({ email });
});

test("a user without an event is not found", async ({ app }) => {
  const request = { userId: user.userId, subject: "News", text: "There are some." };
  await expect(app.get(NotificationService).notifyUser(request)).rejects.toMatchObject({
    code: "not_found",
    message: `No user "${user.userId}" is known here, or not yet.`,
  });
});

test("an event that comes again does not bring back what was replaced", async ({ app, events }) => {
  const bus = app.get(EventBus);
  const renamed = { ...user, name: "Ada Lovelace" };
  const created = bus.envelope(new UserCreated(user));
  await bus.publishEnvelopes([created, bus.envelope(new UserUpdated(renamed)), created]);
  await events.idle();
  const kept = events.handled.all.filter(
    ({ subscription }) => subscription === "notifications.keep-recipients",
  );
  expect(kept).toHaveLength(3);
  const recipient = await app.get(RecipientRepository).get({ userId: user.userId });
  expect(recipient).toEqual(renamed);
});

test("a provider that is down is asked again, with the same message", async ({
  app,
  events,
  sender,
}) => {
  sender.fail();
  await app.get(EventBus).publish(new UserCreated(user));
  const { delay, id } = await events.retried.first(UserCreated);
  expect(delay).toBe(1_000);
  await events.handled.first(UserCreated, ({ delivery }) => delivery.attempt === 2);
  expect(sender.sent.map(({ messageId }) => messageId)).toEqual([`welcome-${id}`]);
});

test("a delivery that is doubled welcomes twice under one id", async ({
  app,
  events,
  driver,
  sender,
}) => {
  driver.doubleDelivery(2);
  await app.get(EventBus).publish(new UserCreated(user));
  await events.idle();
  expect(new Set(sender.sent.map(({ messageId }) => messageId)).size).toBe(1);
  expect(await app.get(RecipientRepository).get({ userId: user.userId })).toEqual(user);
});
