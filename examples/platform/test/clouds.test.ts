import { randomUUID } from "node:crypto";
import { loadConfig } from "@plinth/config";
import { describeWithEngine, test } from "@plinth/testing";
import { ApiKeyService } from "api-keys/api";
import { ThingService } from "thing-service/api";
import { UsersAccountsService } from "users-accounts/api";
import { describe, expect } from "vitest";
import { bindings } from "../src/monolith.ts";
import { platformConfigs } from "../src/platform-config.ts";

function testsOfTheWhole(cloud: Readonly<Record<string, string>>): void {
  test("all three services keep their records", async ({ environment, testApp }) => {
    const own = randomUUID();
    environment.set({
      ...cloud,
      ENVIRONMENT: "test",
      PORT: "0",
      ROOT_KEY: randomUUID(),
      THINGS_TABLE: `things-${own}`,
      USERS_TABLE: `users-${own}`,
      ACCOUNTS_TABLE: `accounts-${own}`,
      MEMBERSHIPS_TABLE: `memberships-${own}`,
      API_KEYS_TABLE: `api-keys-${own}`,
      RECIPIENTS_TABLE: `recipients-${own}`,
      OUTBOX_TABLE: `outbox-${own}`,
      INBOX_TABLE: `inbox-${own}`,
    });
    const { get } = await testApp({ config: loadConfig(platformConfigs), bindings });
    const accounts = get(UsersAccountsService);
    const { userId: ownerId } = await accounts.createUser({ name: "Ada", email: "a@example.com" });
    const { userId } = await accounts.createUser({ name: "Charles", email: "c@example.com" });
    const { accountId } = await accounts.createAccount({ name: "Engines", ownerId });
    await accounts.addMember({ accountId, userId });
    expect(await accounts.transferAccount({ accountId, userId })).toMatchObject({
      ownerId: userId,
    });
    const { members } = await accounts.listMembers({ accountId });
    const roles = Object.fromEntries(members.map((member) => [member.userId, member.role]));
    expect(roles).toEqual({ [ownerId]: "member", [userId]: "owner" });

    const keys = get(ApiKeyService);
    const { keyId } = await keys.issueKey({ accountId, userId, scopes: ["accounts:read"] });
    expect(await keys.verifyKey({ keyId })).toMatchObject({ accountId, userId });

    const { thingId } = await get(ThingService).createThing({ name: "lamp", description: "" });
    expect(await get(ThingService).getThing({ thingId })).toMatchObject({ name: "lamp" });
  });
}

describe("in memory", () => {
  testsOfTheWhole({ CLOUD: "local" });
});

describeWithEngine("dynamodb", "on DynamoDB", (endpoint) => {
  testsOfTheWhole({
    CLOUD: "aws",
    AWS_REGION: "eu-central-1",
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  });
});

describeWithEngine("firestore", "on Firestore", (endpoint) => {
  testsOfTheWhole({
    CLOUD: "gcp",
    GOOGLE_CLOUD_PROJECT: "platform-test",
    FIRESTORE_EMULATOR_HOST: endpoint,
  });
});
