import { inspect } from "node:util";
import { BaseConfig, ConfigError, postgresFields } from "@plinth/config";
import { expect, test } from "vitest";

class ThingConfig extends BaseConfig.extend(postgresFields) {}

const address = "postgresql://someone:hidden-password@db.example:5432/things";

test("DATABASE_URL is the address, given as it is and shown without its password", async () => {
  const config = await ThingConfig.load({ variables: { DATABASE_URL: address } });
  expect(config.databaseUrl).toBe(address);
  expect(JSON.stringify(config) + inspect(config)).not.toContain("hidden-password");
});

test.each([undefined, "mysql://someone:hidden-password@db.example/things", "localhost:5432"])(
  "%s is refused by name, without being quoted",
  async (value) => {
    const variables = value === undefined ? {} : { DATABASE_URL: value };
    const error: unknown = await ThingConfig.load({ variables }).catch((fault: unknown) => fault);
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toContain("DATABASE_URL");
    expect(String(error)).not.toContain("hidden-password");
  },
);
