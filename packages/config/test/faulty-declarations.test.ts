import { expect, test } from "vitest";
import * as z from "zod";
import { BaseConfig, ConfigError, integer, json, rule, secret, url } from "@plinth/config";

async function messageOf(loading: Promise<unknown>): Promise<string> {
  const error: unknown = await loading.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConfigError);
  return (error as ConfigError).message;
}

const failing = (): never => {
  throw new TypeError("cannot take sword-1");
};

test("a schema that throws or is asynchronous is a fault among the others, and quotes no secret", async () => {
  class Config extends BaseConfig.extend({
    name: z.string().transform(failing),
    // Too short to be registered: only a message that is not repeated hides it.
    pinCode: secret(z.string().transform(failing)),
    later: z.string().refine(async (text) => text.length > 3),
    latest: secret(z.string().refine(async (text) => text.length > 3)),
    count: integer(),
  }) {}
  const variables = { NAME: "a", PIN_CODE: "s-1", LATER: "b", LATEST: "c", COUNT: "many" };
  expect(await messageOf(Config.load({ variables }))).toBe(
    `Config has 5 faults:
  NAME (process environment): its schema threw TypeError (cannot take sword-1) instead of reporting an issue.
  PIN_CODE (process environment): its schema threw TypeError instead of reporting an issue.
  LATER (process environment): its schema has an asynchronous check or transform; make it synchronous, or check after loading.
  LATEST (process environment): its schema has an asynchronous check or transform; make it synchronous, or check after loading.
  COUNT="many" (process environment): expected an integer.`,
  );
});

test("a rule that throws is a fault too, without its message if it read a secret", async () => {
  const open = rule<{ name: string }>("name", "short", (config) => failing() && config.name === "");
  const hidden = rule<{ name: string; key: { reveal: () => string } }>(
    "name",
    "short",
    (config) => {
      throw new Error(config.key.reveal());
    },
  );
  class Config extends BaseConfig.extend(
    { name: z.string().default("n"), key: secret() },
    { rules: [open, hidden] },
  ) {}
  expect(await messageOf(Config.load({ variables: { KEY: "s-1" } }))).toBe(
    `Config has 2 faults:
  NAME (set nowhere): its rule threw TypeError (cannot take sword-1) instead of answering.
  NAME (set nowhere): its rule threw Error instead of answering.`,
  );
});

test("the fault of a malformed URL shows nothing that may be a password", async () => {
  class Config extends BaseConfig.extend({ database: url() }) {}
  for (const [text, shown] of [
    ["postgres//me:sword@fish-1@host/db", "[secret]@host/db"],
    ["postgres://me:sword fish-1@ho st/db?token=sword fish-1", "[secret]@ho st/db?[secret]"],
  ] as const) {
    const message = await messageOf(Config.load({ variables: { DATABASE: text } }));
    expect(message).toContain(
      `DATABASE="${shown}" (process environment): expected an absolute URL.`,
    );
  }
});

test("the fault of a misplaced reference says where references are resolved", async () => {
  class Config extends BaseConfig.extend({
    whole: json(z.object({ key: z.string() })),
    inside: json(z.object({ key: secret() })),
  }) {}
  const variables = { WHOLE: "aws-sm:things#key", INSIDE: '{"key":"file:/run/key"}' };
  const message = await messageOf(Config.load({ variables }));
  expect(message).toContain(
    "expected valid JSON (a reference stands for a whole secret alone: write secret(json(...))).",
  );
  expect(message).toContain(
    "INSIDE=[secret] (process environment): expected the secret itself (a reference is resolved only by load(), as the whole of a variable) at key.",
  );
});

test("text with the name of a secret is hidden without secret() too", async () => {
  class Config extends BaseConfig.extend({
    connectionString: z.string(),
    credentialsJson: z.string(),
    clientSecretValue: z.string(),
  }) {}
  const variables = {
    CONNECTION_STRING: "s-1",
    CREDENTIALS_JSON: "s-2",
    CLIENT_SECRET_VALUE: "s-3",
  };
  const config = await Config.load({ variables });
  expect(String(config.explain()) + JSON.stringify(config)).not.toMatch(/s-\d/);
});
