import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { deserialize, serialize } from "node:v8";
import * as fc from "fast-check";
import * as z from "zod";
import { expect, test } from "vitest";
import { BaseConfig, duration, json, list, secret, Secret, url } from "@plinth/config";

test("only reveal() shows a secret", () => {
  const key = new Secret("sword-fish-1");
  const shown = [
    String(key),
    `${key as unknown as string}!`,
    JSON.stringify({ key }),
    inspect(key),
    inspect({ deep: [key] }, { showHidden: true, showProxy: true, depth: 9 }),
    inspect(structuredClone({ key })),
    inspect(deserialize(serialize({ key }))),
    Object.keys(key).join(" ") + JSON.stringify(Object.getOwnPropertyDescriptors(key)),
    inspect(new Error("x", { cause: key })),
    Object.prototype.toString.call(key),
  ];
  expect(shown.join("\n")).not.toContain("sword");
  expect(JSON.stringify(key)).toBe('"[secret]"');
  expect(key.reveal()).toBe("sword-fish-1");
});

test("values of at least six characters are registered for masking", () => {
  class KeyConfig extends BaseConfig.extend({ key: secret(), database: url() }) {}
  const config = new KeyConfig({ key: "known-to-all", database: "pg://u:pass%20word@h/d" });
  expect(config.database).toBe("pg://u:pass%20word@h/d");
  const known = Reflect.get(globalThis, Symbol.for("plinth.secrets")) as Set<string>;
  expect(known).toContain("known-to-all");
  expect(known).toContain("pass%20word");
  expect(known).toContain("pass word");
  expect(new Secret("tiny").reveal()).toBe("tiny");
  expect(known).not.toContain("tiny");
});

test("the message of a custom check is not repeated for a hidden value, however short the value is", async () => {
  const quoting = z.string().refine(() => false, { error: (issue) => `no ${String(issue.input)}` });
  class QuotingConfig extends BaseConfig.extend({
    pin: secret(quoting),
    userPassword: quoting,
    pool: json(z.strictObject({ user: quoting, password: secret() })),
    keys: json(z.strictObject({ password: secret().optional() })),
    pins: list(secret(quoting)),
  }) {}
  const pool = JSON.stringify({ user: "Qx7", password: "p" });
  const variables = {
    PIN: "Qx7",
    USER_PASSWORD: "Qx7",
    POOL: pool,
    KEYS: '{"Qx7":1}',
    PINS: "Qx7",
  };
  const error = await QuotingConfig.load({ variables }).catch((reason: unknown) => reason);
  expect(error).toHaveProperty("faults.length", 5);
  expect(inspect(error, { depth: 9 }) + JSON.stringify(error)).not.toContain("Qx7");
});

class LeakConfig extends BaseConfig.extend({
  key: secret(),
  pin: secret(z.string().max(5)).optional(),
  lifetime: secret(duration()).optional(),
  database: url().optional(),
  mirrors: list(url()).optional(),
  pool: json(z.object({ user: z.string(), password: secret() })).optional(),
  tokens: json(z.record(z.string(), secret(z.string().min(100)))).optional(),
  keys: list(secret(z.string().min(100))).optional(),
  quoting: secret(
    z.string().refine(() => false, { error: (issue) => `no ${String(issue.input)}` }),
  ).optional(),
  adminPassword: z.string().max(5).optional(),
}) {}

const alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789".split("");
const anySecret = fc
  .array(fc.constantFrom(...alphabet), { minLength: 12, maxLength: 24 })
  .map((letters) => `${letters.join("")}é"\\\n`.slice(0, letters.length + 1))
  .chain((text) => fc.constantFrom(text, text.slice(0, -1)));

type Place = (text: string) => Record<string, string>;
const plain = (text: string): string => encodeURIComponent(text);
const places: readonly Place[] = [
  (text) => ({ KEY: text }),
  (text) => ({ KEY: text, PORT: text }),
  (text) => ({ PIN: text }),
  (text) => ({ LIFETIME: text }),
  (text) => ({ QUOTING: text }),
  (text) => ({ ADMIN_PASSWORD: text }),
  (text) => ({ DATABASE: `pg://user:${plain(text)}@host/db` }),
  (text) => ({ DATABASE: `pg://${plain(text)}@host/db` }),
  (text) => ({ DATABASE: `pg://user:pa/ss${text}@ho st/db` }),
  (text) => ({ DATABASE: `pg://host/db?sslpassword=${plain(text)}` }),
  (text) => ({ DATABASE: `pg://us er@host/db?auth_token=${plain(text)}` }),
  (text) => ({ MIRRORS: `https://a.example,https://u:${plain(text)}@b.example` }),
  (text) => ({ MIRRORS: `https://u:${plain(text)}@b.example,nonsense` }),
  (text) => ({ POOL: JSON.stringify({ user: "u", password: text }) }),
  (text) => ({ POOL: JSON.stringify({ password: text }) }),
  (text) => ({ POOL: `{"user": "u", "password": "${text}` }),
  (text) => ({ TOKENS: JSON.stringify({ [text]: "x" }) }),
  (text) => ({ TOKENS: JSON.stringify({ a: text }) }),
  (text) => ({ KEYS: `${text},b` }),
  (text) => ({ KEY: `aws-sm:${text}#a b\n` }),
  (text) => ({ KEY: `gcp-sm:${text}` }),
  (text) => ({ TABEL: text, KEYY: text }),
];

test("a random secret at any place is never shown", async () => {
  const folder = mkdtempSync(join(tmpdir(), "plinth-config-"));
  const file = join(folder, "key");
  const outcomes = new Set<string>();
  const viaFile: Place = (text) => {
    writeFileSync(file, text);
    return { KEY: `file:${file}` };
  };
  const viaFolder: Place = (text) => {
    writeFileSync(join(folder, "PORT"), text);
    return { SECRETS_FOLDER: folder };
  };
  const viaWrongFile: Place = (text) => {
    writeFileSync(file, text);
    return { PIN: `file:${file}` };
  };
  const place = fc.constantFrom(...places, viaFile, viaFolder, viaWrongFile);
  const check = fc.asyncProperty(anySecret, place, fc.boolean(), async (text, at, isFaulty) => {
    const variables = { KEY: "some other key", ...at(text), ...(isFaulty ? { HOST: "" } : {}) };
    const broken: Record<string, string> = isFaulty ? { CLOUD: "azure" } : {};
    const shown: unknown[] = [];
    try {
      const config = await LeakConfig.load({ variables: { ...variables, ...broken } });
      outcomes.add("loaded");
      shown.push(config.explain(), String(config.explain()), config, JSON.stringify(config));
      shown.push(config.toJSON(), JSON.stringify(config.explain()));
    } catch (error) {
      outcomes.add("refused");
      const { stack, message } = error as Error;
      shown.push(error, JSON.stringify(error), stack, message);
    }
    const all = shown.map((one) => (typeof one === "string" ? one : inspect(one, { depth: 20 })));
    const letters = text.replaceAll(/[^A-Z0-9]/g, "");
    expect(all.join("\n")).not.toContain(letters);
  });
  try {
    await fc.assert(check, { numRuns: 600 });
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(outcomes).toStrictEqual(new Set(["loaded", "refused"]));
});
