import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as z from "zod";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BaseConfig, ConfigError, json, secret } from "@plinth/config";
import { motoSkipReason, startMoto } from "./support/moto.ts";

class KeyConfig extends BaseConfig.extend({
  key: secret(),
  second: secret().optional(),
  pool: secret(json(z.object({ user: z.string() }))).optional(),
}) {}

const account = {
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
};

async function load(
  endpoint: string,
  variables: Record<string, string>,
  secretTimeout = 5000,
): Promise<KeyConfig> {
  const all = { ...account, AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint, ...variables };
  return KeyConfig.load({ variables: all, secretTimeout });
}

const reason = motoSkipReason();
const needs = reason === undefined ? "" : ` (needs moto: ${reason})`;

describe.skipIf(reason !== undefined)(`AWS Secrets Manager, through Amazon's SDK${needs}`, () => {
  let moto: Awaited<ReturnType<typeof startMoto>>;
  beforeAll(async () => {
    moto = await startMoto();
    const client = new SecretsManagerClient({
      endpoint: moto.endpoint,
      region: account.AWS_REGION,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    const create = (Name: string, SecretString: string): Promise<unknown> =>
      client.send(new CreateSecretCommand({ Name, SecretString }));
    await create("things/key", "an open sesame");
    await create("things/pool", JSON.stringify({ user: "app", password: "swordfish", port: 1 }));
    client.destroy();
  });
  afterAll(() => moto.stop());

  test("a whole secret, a key of one, and a value that is JSON", async () => {
    const config = await load(moto.endpoint, {
      KEY: "aws-sm:things/key",
      SECOND: "aws-sm:things/pool#password",
      POOL: "aws-sm:things/pool",
    });
    expect(config.key.reveal()).toBe("an open sesame");
    expect(config.second?.reveal()).toBe("swordfish");
    expect(config.pool?.reveal()).toStrictEqual({ user: "app" });
    expect(config.explain().fields.find((field) => field.field === "second")).toMatchObject({
      value: "[secret]",
      source: { kind: "secret manager", location: "aws-sm:things/pool#password" },
    });
  });

  test("a missing secret, a missing key and another fault are in one message", async () => {
    const variables = { KEY: "aws-sm:absent", SECOND: "aws-sm:things/pool#nope", PORT: "x" };
    await expect(load(moto.endpoint, variables)).rejects.toThrow(
      [
        "KeyConfig has 3 faults:",
        '  PORT="x" (process environment): expected a port, an integer from 0 to 65535.',
        '  KEY (secret manager aws-sm:absent): AWS Secrets Manager has no secret "absent" in this region.',
        '  SECOND (secret manager aws-sm:things/pool#nope): the secret of aws-sm:things/pool#nope has no key "nope".',
      ].join("\n"),
    );
    await expect(load(moto.endpoint, { KEY: "aws-sm:things/key#x" })).rejects.toThrow(
      "aws-sm:things/key#x names a key, but the secret is not a JSON object.",
    );
  });
});

describe("AWS Secrets Manager that refuses or hangs", () => {
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });
  async function serve(answer: Parameters<typeof createServer>[1]): Promise<string> {
    const server = createServer(answer ?? (() => undefined));
    servers.push(server);
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  test("the fault of a denied secret names the permission, and does not repeat the message of AWS", async () => {
    const endpoint = await serve((_request, response) => {
      response.writeHead(400, {
        "content-type": "application/x-amz-json-1.1",
        "x-amzn-errortype": "AccessDeniedException",
      });
      response.end(JSON.stringify({ __type: "AccessDeniedException", Message: "User: arn…" }));
    });
    await expect(load(endpoint, { KEY: "aws-sm:things/key" })).rejects.toThrow(
      'KEY (secret manager aws-sm:things/key): AWS denies access to "things/key": the role needs secretsmanager:GetSecretValue on it.',
    );
  });

  test("a server that never answers is asked once for both fields, until the timeout", async () => {
    let requests = 0;
    const endpoint = await serve(() => {
      requests += 1;
    });
    const variables = { KEY: "aws-sm:a", SECOND: "aws-sm:a#b" };
    const error = await load(endpoint, variables, 300).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toContain("no answer for aws-sm:a within 300 ms.");
    expect((error as ConfigError).faults).toHaveLength(2);
    expect(requests).toBe(1);
  });

  test("the fault of a malformed reference shows the form and not the text", async () => {
    await expect(load("http://127.0.0.1:1", { KEY: "aws-sm:a b" })).rejects.toThrow(
      "KEY=[secret] (process environment): expected a reference of the form aws-sm:name or aws-sm:name#key.",
    );
  });
});
