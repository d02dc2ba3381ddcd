import { inspect } from "node:util";
import { BaseConfig, integer, json, list, secret } from "@plinth/config";
import { describe, expect, test } from "vitest";
import * as z from "zod";

const quoting = z.string().refine(() => false, { error: (issue) => `no ${String(issue.input)}` });

/** Everything that a class shows of its values, valid or faulty. */
async function shown(fields: z.ZodRawShape, variables: Record<string, string>): Promise<string> {
  class Config extends BaseConfig.extend(fields as Record<string, z.ZodType>) {}
  return Config.load({ variables }).then(
    (config) =>
      `loaded ${[String(config.explain()), JSON.stringify(config), inspect(config)].join("\n")}`,
    (error: unknown) => `refused ${inspect(error, { depth: 9 })}${JSON.stringify(error)}`,
  );
}

describe("a value with the name of a secret is hidden, by the rule of the logger", () => {
  test.each([
    "STRIPE_SECRET_KEY",
    "API_KEYS",
    "PGPASSWORD",
    "DB_PASS",
    "SENTRY_DSN",
    "GITHUB_TOKENS",
    "TLS_PRIVATE_KEY_PEM",
    "SESSION_TOKEN_PROD",
  ])("%s", async (variable) => {
    for (const schema of [z.string(), z.string().min(40), quoting, list(), integer(), json()]) {
      const field = schema.meta({ variable });
      expect(await shown({ named: field }, { [variable]: "Qx71,Qx72" })).not.toContain("Qx7");
      expect(await shown({ named: field }, { [variable]: '["Qx71"]' })).not.toContain("Qx7");
      expect(await shown({ named: field }, { [variable]: "87654321" })).not.toContain("8765");
    }
  });

  test.each([
    ["declared", z.object({ user: z.string(), apiKey: z.string().min(40) })],
    ["undeclared", z.looseObject({ user: z.number() })],
    ["in a record", z.record(z.string(), z.number())],
    ["quoted by a message", z.record(z.string(), quoting)],
    ["anything", undefined],
  ])("inside json(): %s", async (_, schema) => {
    for (const account of [
      '{"apiKey":"Qx71","user":"u"}',
      '{"user":"u","deep":[{"apiKey":"Qx71"}],"credentials":{"id":"Qx72"}}',
      '{"user":"u","apiKey":"Qx71",}',
      "{user: u, apiKey: Qx71}",
    ]) {
      expect(await shown({ account: json(schema) }, { ACCOUNT: account })).not.toContain("Qx7");
    }
  });

  test("inside text", async () => {
    const text = "Server=db;Password=Qx71 and Bearer Qx72abcd and https://me:Qx73@h/?sig=Qx74";
    expect(await shown({ target: z.string() }, { TARGET: text })).not.toContain("Qx7");
    expect(await shown({ target: z.string().max(3) }, { TARGET: text })).not.toContain("Qx7");
  });

  test("but not a value that only describes a secret", async () => {
    const text = await shown(
      { tokenType: z.enum(["a"]), cookieDomain: z.string(), passwordMinLength: integer() },
      { TOKEN_TYPE: "Qx71", COOKIE_DOMAIN: "Qx72", PASSWORD_MIN_LENGTH: "Qx73" },
    );
    expect(text).toContain("Qx71");
    expect(text).toContain("Qx73");
  });
});

const long = () => secret(z.string().min(30));
const recursive: z.ZodType = z.lazy(() => z.object({ next: recursive.optional(), part: long() }));
const endless = (): z.ZodType =>
  z.lazy(() => z.object({ next: endless().optional(), part: long() }));

describe("a faulty secret() is hidden in any part of a schema", () => {
  test.each<[string, z.ZodType, string]>([
    ["a catchall", z.object({ user: z.string() }).catchall(long()), '{"user":"u","part":"Qx71"}'],
    ["the rest of a tuple", z.tuple([z.string()], long()), '["u","Qx71"]'],
    ["a lazy schema", z.object({ part: z.lazy(long) }), '{"part":"Qx71"}'],
    ["a recursive schema", recursive, '{"next":{"part":"Qx71"}}'],
    ["a schema without an end", endless(), '{"next":{"part":"Qx71"}}'],
    ["the values of a record", z.record(z.string(), long()), '{"part":"Qx71"}'],
    ["the keys of a record", z.record(long() as never, z.string()), '{"Qx71":"part"}'],
    ["a union", z.union([z.number(), z.object({ part: long() })]), '{"part":"Qx71"}'],
    [
      "an intersection",
      z.intersection(z.object({}), z.object({ part: long() })),
      '{"part":"Qx71"}',
    ],
    [
      "a discriminated union",
      z.discriminatedUnion("t", [z.object({ t: z.literal("a"), part: long() })]),
      '{"t":"a","part":"Qx71"}',
    ],
    ["a pipe", z.object({ part: z.string().pipe(long() as never) }), '{"part":"Qx71"}'],
    [
      "a preprocessed value",
      z.preprocess((value) => value, z.object({ part: long() })),
      '{"part":"Qx71"}',
    ],
    ["a map", z.map(z.string(), long()), '{"part":"Qx71"}'],
    ["a fallback", z.object({ part: long() }).prefault({ part: "x" } as never), '{"part":"Qx71"}'],
  ])("%s", async (_, schema, text) => {
    const output = await shown({ account: json(schema) }, { ACCOUNT: text });
    expect(output).toMatch(/^refused/);
    expect(output).not.toContain("Qx7");
  });
});

test("no value reaches a terminal with a control or bidirectional character, or on a line of its own", async () => {
  const text = "x\u001b[2J\u009b2J\u202etxt\u2028  PORT=1 (forged)\n  PORT=2 (forged)";
  class Config extends BaseConfig.extend({
    fine: z.string(),
    faulty: z.string().refine((value) => value !== text, { error: text }),
  }) {}
  const explained = String(
    (await Config.load({ variables: { FINE: text, FAULTY: "a" } })).explain(),
  );
  const refused = await Config.load({ variables: { FINE: "a", FAULTY: text } }).then(
    () => "loaded",
    (error: unknown) => String(error),
  );
  for (const output of [explained, refused]) {
    // oxlint-disable-next-line no-control-regex -- they are what is looked for
    expect(output).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]/);
    expect(output).not.toMatch(/^ *PORT=/m);
    expect(output).toContain(String.raw`x\u001b[2J\u009b2J\u202etxt`);
  }
});
