import { BaseConfig, ConfigError, httpFields } from "@plinth/config";
import { expect, test } from "vitest";

class ThingConfig extends BaseConfig.extend(httpFields) {}

test("values are read with their units", async () => {
  const variables = {
    DRAIN_DELAY: "5s",
    REQUEST_TIMEOUT: "1m",
    METHOD_TIMEOUT: "30s",
    WRITE_TIMEOUT: "20s",
    MAX_REQUESTS_IN_FLIGHT: "500",
    BODY_LIMIT: "64KiB",
    HEADER_LIMIT: "8KiB",
    CORS_ORIGINS: "https://app.example, https://admin.example",
    TRUSTED_PROXIES: "10.0.0.0/8,loopback",
    SERVE_DOCS: "false",
  };
  expect(await ThingConfig.load({ variables })).toMatchObject({
    drainDelay: 5_000,
    requestTimeout: 60_000,
    methodTimeout: 30_000,
    writeTimeout: 20_000,
    maxRequestsInFlight: 500,
    bodyLimit: 65_536,
    headerLimit: 8_192,
    corsOrigins: ["https://app.example", "https://admin.example"],
    trustedProxies: ["10.0.0.0/8", "loopback"],
    serveDocs: false,
  });
});

test("every field is optional", () => {
  const config = new ThingConfig();
  for (const name of Object.keys(httpFields)) {
    expect(Reflect.get(config, name), name).toBeUndefined();
  }
});

test("values without a unit and out of range are refused together", async () => {
  const variables = { DRAIN_DELAY: "5", REQUEST_TIMEOUT: "0", BODY_LIMIT: "1TB", SERVE_DOCS: "no" };
  const error: unknown = await ThingConfig.load({ variables }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  expect((error as ConfigError).faults.map(({ variable }) => variable)).toEqual([
    "DRAIN_DELAY",
    "REQUEST_TIMEOUT",
    "BODY_LIMIT",
    "SERVE_DOCS",
  ]);
});
