import { inspect } from "node:util";
import { BaseConfig, ConfigError, databaseFields, postgresFields } from "@plinth/config";
import { expect, test } from "vitest";

class ThingConfig extends BaseConfig.extend(databaseFields) {}

const [newer, older] = ["newer-hidden-secret", "older-hidden-secret"];

test("CURSOR_KEY is one secret or several, and is never shown", async () => {
  const one = await ThingConfig.load({ variables: { CURSOR_KEY: newer } });
  expect(one.cursorKey?.reveal()).toEqual([newer]);
  const two = await ThingConfig.load({ variables: { CURSOR_KEY: `${newer}, ${older}` } });
  expect(two.cursorKey?.reveal()).toEqual([newer, older]);
  expect(JSON.stringify(two) + inspect(two) + inspect(two.explain())).not.toContain("hidden");
  expect((await ThingConfig.load({ variables: {} })).cursorKey).toBeUndefined();
});

test.each(["hidden", `${newer},hidden`, `${newer},`])(
  "%s is refused by name, without being quoted",
  async (value) => {
    const loading = ThingConfig.load({ variables: { CURSOR_KEY: value } });
    const error: unknown = await loading.catch((fault: unknown) => fault);
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toContain("CURSOR_KEY");
    expect(String(error)).not.toContain("hidden");
  },
);

class PostgresConfig extends BaseConfig.extend(postgresFields) {}

const address = "postgresql://someone:hidden-password@db.example:5432/things";

test("DATABASE_URL is the address, unchanged, and is shown without its password", async () => {
  const config = await PostgresConfig.load({ variables: { DATABASE_URL: address } });
  expect(config.databaseUrl).toBe(address);
  expect(JSON.stringify(config) + inspect(config)).not.toContain("hidden-password");
});

test.each([undefined, "mysql://someone:hidden-password@db.example/things", "localhost:5432"])(
  "%s is refused by name, without being quoted",
  async (value) => {
    const variables = value === undefined ? {} : { DATABASE_URL: value };
    const error: unknown = await PostgresConfig.load({ variables }).catch(
      (fault: unknown) => fault,
    );
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toContain("DATABASE_URL");
    expect(String(error)).not.toContain("hidden-password");
  },
);
