import { AbortedError, AlreadyExistsError, createContext, runWithContext } from "@plinth/core";
import { Database } from "@plinth/data";
import { isServiceError } from "@plinth/core/errors";
import { EventBus, bindEventBus } from "@plinth/messaging";
import { memoryMessaging } from "@plinth/messaging/memory";
import { bindOutbox, bindOutboxRelay } from "@plinth/messaging/outbox";
import { watchEvents } from "@plinth/testing";
import { bindUsersAccounts, MembershipRepository } from "users-accounts";
import { UserCreated, UsersAccountsService, UserUpdated } from "users-accounts/api";
import { anAccount, test as base } from "users-accounts/testing";
import { expect, vi } from "vitest";

const test = base.extend("started", async ({ testApp, usersAccountsConfig: config, database }) => {
  const { get } = await testApp({
    config,
    bindings: [
      (binder) => binder.bind(Database).toValue(database),
      bindEventBus(() => memoryMessaging()),
      bindOutbox(),
      bindOutboxRelay(),
      bindUsersAccounts,
    ],
  });
  return {
    service: get(UsersAccountsService),
    memberships: get(MembershipRepository),
    events: await watchEvents(get(EventBus)),
  };
});

const createUser = (service: UsersAccountsService) =>
  service.createUser({ name: "Ada", email: "ada@example.com" });

test("subscribers hear of each state of a user, in order", async ({
  started: { service, events },
}) => {
  const user = await createUser(service);
  const renamed = { ...user, name: "Ada Lovelace" };
  await service.updateUser(renamed);
  const { event: updated } = await events.published.first(UserUpdated);
  expect(updated.data).toEqual(renamed);
  const types = events.published.all.map(({ type }) => type);
  expect(types).toEqual([UserCreated.definition.name, UserUpdated.definition.name]);
  expect(await service.getUser({ userId: user.userId })).toEqual(renamed);
});

test("no event tells of a user who could not be stored", async ({
  started: { service, events },
  ids,
}) => {
  const { userId } = await createUser(service);
  await events.published.first(UserCreated);
  vi.spyOn(ids, "next").mockReturnValue(userId);
  await expect(createUser(service)).rejects.toBeInstanceOf(AlreadyExistsError);
  const missing = { userId: anAccount().accountId, name: "None", email: "no@example.com" };
  await expect(service.updateUser(missing)).rejects.toMatchObject({ code: "not_found" });
  vi.mocked(ids.next).mockRestore();
  const next = await createUser(service);
  await events.published.first(UserCreated, { userId: next.userId });
  expect(events.published.all).toHaveLength(2);
});

test("an account that cannot be stored leaves no member behind", async ({
  started: { service },
  ids,
}) => {
  const first = await createUser(service);
  const second = await createUser(service);
  const { accountId } = await service.createAccount({ name: "First", ownerId: first.userId });
  vi.spyOn(ids, "next").mockReturnValue(accountId);
  const again = service.createAccount({ name: "Second", ownerId: second.userId });
  await expect(again).rejects.toBeInstanceOf(AlreadyExistsError);
  const { members } = await service.listMembers({ accountId });
  expect(members).toEqual([{ accountId, userId: first.userId, role: "owner" }]);
});

test("of many transfers at once one wins, and there is one owner at the end", async ({
  started: { service },
}) => {
  const { userId: ownerId } = await createUser(service);
  const { accountId } = await service.createAccount({ name: "Engines", ownerId });
  const userIds: string[] = [];
  for (let count = 0; count < 5; count += 1) {
    const { userId } = await createUser(service);
    await service.addMember({ accountId, userId });
    userIds.push(userId);
  }
  const outcomes = await Promise.allSettled(
    userIds.map((userId) => service.transferAccount({ accountId, userId })),
  );
  const failures = outcomes.flatMap((outcome) =>
    outcome.status === "rejected" ? [outcome.reason as unknown] : [],
  );
  expect(failures.length).toBeLessThan(userIds.length);
  expect(failures.every((failure) => isServiceError(failure, "aborted"))).toBe(true);
  const { members } = await service.listMembers({ accountId });
  const owners = members.filter(({ role }) => role === "owner").map(({ userId }) => userId);
  expect(owners).toEqual([(await service.getAccount({ accountId })).ownerId]);
});

test("who became the owner in the meantime is not removed", async ({
  started: { service, memberships },
}) => {
  const { userId: ownerId } = await createUser(service);
  const { userId } = await createUser(service);
  const { accountId } = await service.createAccount({ name: "Engines", ownerId });
  await service.addMember({ accountId, userId });
  const read = memberships.getEntry.bind(memberships);
  vi.spyOn(memberships, "getEntry").mockImplementationOnce(async (key) => {
    const entry = await read(key);
    await memberships.put({ accountId, userId, role: "owner" });
    return entry;
  });
  const removal = service.removeMember({ accountId, userId });
  await expect(removal).rejects.toBeInstanceOf(AbortedError);
  expect(await memberships.get({ accountId, userId })).toMatchObject({ role: "owner" });
});

test("who belongs to one account is kept out of the others", async ({ started: { service } }) => {
  const { userId: ownerId } = await createUser(service);
  const { accountId } = await service.createAccount({ name: "Engines", ownerId });
  const as = (own: string) =>
    createContext({ principal: { id: ownerId, claims: { accountId: own } } });
  const read = () => service.getAccount({ accountId });
  expect(await runWithContext(as(accountId), read)).toMatchObject({ accountId });
  const denied = runWithContext(as(anAccount().accountId), read);
  await expect(denied).rejects.toMatchObject({ code: "permission_denied" });
});
