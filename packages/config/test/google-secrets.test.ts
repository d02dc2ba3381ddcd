import { afterAll, beforeAll, expect, test } from "vitest";
import { BaseConfig, secret } from "@plinth/config";
import { startGoogleServer } from "./support/google-server.ts";

class KeyConfig extends BaseConfig.extend({ key: secret(), second: secret().optional() }) {}

const prefix = "projects/p/secrets";
let server: Awaited<ReturnType<typeof startGoogleServer>>;
beforeAll(async () => {
  server = await startGoogleServer({
    [`${prefix}/key/versions/latest`]: "an open sesame",
    [`${prefix}/pool/versions/3`]: JSON.stringify({ password: "swordfish" }),
  });
});
afterAll(() => server.stop());

async function load(variables: Record<string, string>, secretTimeout = 5000): Promise<KeyConfig> {
  const all = { SECRET_MANAGER_EMULATOR_HOST: server.host, ...variables };
  return KeyConfig.load({ variables: all, secretTimeout });
}

test("Google's client reads a version, whole or one key of it", async () => {
  const config = await load({
    KEY: `gcp-sm:${prefix}/key/versions/latest`,
    SECOND: `gcp-sm:${prefix}/pool/versions/3#password`,
  });
  expect(config.key.reveal()).toBe("an open sesame");
  expect(config.second?.reveal()).toBe("swordfish");
});

test("a missing secret and a denied one have distinct messages", async () => {
  const variables = {
    KEY: `gcp-sm:${prefix}/absent/versions/1`,
    SECOND: `gcp-sm:${prefix}/denied/versions/1`,
  };
  await expect(load(variables)).rejects.toThrow(
    [
      "KeyConfig has 2 faults:",
      `  KEY (secret manager ${variables.KEY}): Google Secret Manager has no secret version "${prefix}/absent/versions/1".`,
      `  SECOND (secret manager ${variables.SECOND}): Google denies access to "${prefix}/denied/versions/1": the account needs roles/secretmanager.secretAccessor on it.`,
    ].join("\n"),
  );
});

test("a server that never answers is a fault after the timeout", async () => {
  const reference = `gcp-sm:${prefix}/silent/versions/1`;
  await expect(load({ KEY: reference }, 300)).rejects.toThrow(
    `no answer for ${reference} within 300 ms.`,
  );
});

test("the fault of a malformed reference shows the form", async () => {
  await expect(load({ KEY: "gcp-sm:projects/p/secrets/s" })).rejects.toThrow(
    "expected a reference of the form gcp-sm:projects/PROJECT/secrets/NAME/versions/VERSION.",
  );
});
