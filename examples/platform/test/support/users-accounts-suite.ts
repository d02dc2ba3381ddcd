import { randomUUID } from "node:crypto";
import {
  AlreadyExistsError,
  FailedPreconditionError,
  InvalidArgumentError,
  NotFoundError,
} from "@plinth/core";
import type { UsersAccountsService } from "users-accounts/api";
import { expect, test } from "vitest";
import { failureOf, faultsAt } from "./failure-of.ts";
import { describeMethods } from "./method-tests.ts";

/** All methods of users-accounts, the same wherever they run. */
export function usersAccountsSuite(service: UsersAccountsService): void {
  const createUser = () => service.createUser({ name: "Ada", email: "ada@example.com" });
  const createAccount = async () => {
    const { userId: ownerId } = await createUser();
    return service.createAccount({ name: "Engines", ownerId });
  };

  describeMethods<UsersAccountsService>({
    createUser() {
      test("keeps a user", async () => {
        const user = await createUser();
        expect(user).toEqual({
          userId: expect.any(String),
          name: "Ada",
          email: "ada@example.com",
        });
        expect(await service.getUser({ userId: user.userId })).toEqual(user);
      });

      test("names every field that is not valid", async () => {
        const error = await failureOf(service.createUser({ name: "", email: "none" }));
        expect(error).toBeInstanceOf(InvalidArgumentError);
        expect(error.details).toEqual(faultsAt(["name", "too_small"], ["email", "invalid_format"]));
      });
    },

    getUser() {
      test("of none is not_found", async () => {
        const userId = randomUUID();
        const error = await failureOf(service.getUser({ userId }));
        expect(error).toBeInstanceOf(NotFoundError);
        expect(error).toMatchObject({
          code: "not_found",
          message: `There is no user "${userId}".`,
        });
      });
    },

    updateUser() {
      test("changes a user, and makes none", async () => {
        const user = await createUser();
        const renamed = { ...user, name: "Ada Lovelace" };
        expect(await service.updateUser(renamed)).toEqual(renamed);
        expect(await service.getUser({ userId: user.userId })).toEqual(renamed);
        const missing = await failureOf(service.updateUser({ ...user, userId: randomUUID() }));
        expect(missing).toBeInstanceOf(NotFoundError);
      });
    },

    createAccount() {
      test("makes its owner the first member", async () => {
        const account = await createAccount();
        const { accountId, ownerId: userId } = account;
        expect(await service.getAccount({ accountId })).toEqual(account);
        expect(await service.getMember({ accountId, userId })).toEqual({
          accountId,
          userId,
          role: "owner",
        });
      });

      test("needs an owner that exists", async () => {
        const call = service.createAccount({ name: "Engines", ownerId: randomUUID() });
        expect(await failureOf(call)).toBeInstanceOf(NotFoundError);
      });
    },

    getAccount() {
      test("of none is not_found", async () => {
        const call = service.getAccount({ accountId: randomUUID() });
        expect(await failureOf(call)).toBeInstanceOf(NotFoundError);
      });
    },

    addMember() {
      test("adds a user once", async () => {
        const { accountId } = await createAccount();
        const { userId } = await createUser();
        const member = await service.addMember({ accountId, userId });
        expect(member).toEqual({ accountId, userId, role: "member" });
        const again = await failureOf(service.addMember({ accountId, userId }));
        expect(again).toBeInstanceOf(AlreadyExistsError);
        const unknown = await failureOf(service.addMember({ accountId, userId: randomUUID() }));
        expect(unknown).toBeInstanceOf(NotFoundError);
      });
    },

    listMembers() {
      test("goes through all of them, page by page", async () => {
        const { accountId, ownerId } = await createAccount();
        const userIds = [ownerId];
        for (let count = 0; count < 4; count += 1) {
          const { userId } = await createUser();
          await service.addMember({ accountId, userId });
          userIds.push(userId);
        }
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await service.listMembers({
            accountId,
            limit: 2,
            ...(cursor && { cursor }),
          });
          expect(page.members.length).toBeLessThanOrEqual(2);
          seen.push(...page.members.map(({ userId }) => userId));
          ({ cursor } = page);
        } while (cursor !== undefined);
        expect(seen).toEqual(userIds.toSorted());
      });

      test("refuses a limit and a cursor that are none", async () => {
        const { accountId } = await createAccount();
        const tooMany = await failureOf(service.listMembers({ accountId, limit: 5_000 }));
        expect(tooMany).toMatchObject({ code: "invalid_argument" });
        expect(tooMany.details).toEqual(faultsAt(["limit", "too_big"]));
        const altered = await failureOf(service.listMembers({ accountId, cursor: "altered" }));
        expect(altered).toBeInstanceOf(InvalidArgumentError);
      });
    },

    removeMember() {
      test("removes a member, and never the owner", async () => {
        const { accountId, ownerId } = await createAccount();
        const { userId } = await createUser();
        await service.addMember({ accountId, userId });
        expect(await service.removeMember({ accountId, userId })).toBeUndefined();
        const gone = await failureOf(service.getMember({ accountId, userId }));
        expect(gone).toBeInstanceOf(NotFoundError);
        const again = await failureOf(service.removeMember({ accountId, userId }));
        expect(again).toBeInstanceOf(NotFoundError);
        const owner = await failureOf(service.removeMember({ accountId, userId: ownerId }));
        expect(owner).toBeInstanceOf(FailedPreconditionError);
      });
    },

    transferAccount() {
      test("changes the account and both members together", async () => {
        const { accountId, name, ownerId } = await createAccount();
        const { userId } = await createUser();
        const stranger = await failureOf(service.transferAccount({ accountId, userId }));
        expect(stranger).toBeInstanceOf(NotFoundError);

        await service.addMember({ accountId, userId });
        const transferred = { accountId, name, ownerId: userId };
        expect(await service.transferAccount({ accountId, userId })).toEqual(transferred);
        expect(await service.getAccount({ accountId })).toEqual(transferred);
        const { members } = await service.listMembers({ accountId });
        const roles = Object.fromEntries(members.map((member) => [member.userId, member.role]));
        expect(roles).toEqual({ [ownerId]: "member", [userId]: "owner" });
      });
    },

    getMember() {
      test("of another user is not_found", async () => {
        const { accountId } = await createAccount();
        const userId = randomUUID();
        const error = await failureOf(service.getMember({ accountId, userId }));
        expect(error).toBeInstanceOf(NotFoundError);
        const message = `User "${userId}" is no member of account "${accountId}".`;
        expect(error).toMatchObject({ code: "not_found", message, details: {} });
      });
    },
  });
}
