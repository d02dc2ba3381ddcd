import * as z from "zod";
import { inspect } from "node:util";
import { expect, expectTypeOf, test } from "vitest";
import {
  awsFields,
  BaseConfig,
  ConfigError,
  gcpFields,
  json,
  list,
  loadConfig,
  requiredWhen,
  boolean,
  rule,
  integer,
  secret,
} from "@plinth/config";
import { errorOf } from "./support/error-of.ts";

class ThingConfig extends BaseConfig.extend({ thingsTable: z.string().default("things") }) {
  get title(): string {
    return `${this.thingsTable} on ${this.cloud}`;
  }
}
class AwsThingConfig extends ThingConfig.extend(awsFields) {}
class GcpThingConfig extends ThingConfig.extend(gcpFields) {}
const variants = { local: ThingConfig, aws: AwsThingConfig, gcp: GcpThingConfig };

test("a constructor validates, applies defaults and keeps the class's own members", () => {
  const config = new ThingConfig({ port: 8080 });
  expect(config.port).toBe(8080);
  expect(config.host).toBe("127.0.0.1");
  expect(config.title).toBe("things on local");
  expectTypeOf(config.thingsTable).toEqualTypeOf<string>();
  expectTypeOf(config.port).toEqualTypeOf<number>();
});

test("a variant is an instance of its base, and its cloud is known to the compiler", () => {
  const config = new AwsThingConfig({ awsRegion: "eu-central-1" });
  expect(config).toBeInstanceOf(ThingConfig);
  expect(config).not.toBeInstanceOf(GcpThingConfig);
  expect(config.title).toBe("things on aws");
  expectTypeOf(config.cloud).toEqualTypeOf<"aws">();
  expectTypeOf(config).toExtend<ThingConfig>();
});

test("a constructor reports every fault, by field", () => {
  const error = errorOf(() => new AwsThingConfig({ port: -1, thingsTabel: "x" } as never));
  expect(error).toBeInstanceOf(ConfigError);
  expect(error.message).toBe(
    [
      "AwsThingConfig has 3 faults:",
      '  port="-1" (constructor): expected a port, an integer from 0 to 65535.',
      '  awsRegion is missing: expected an AWS region such as "eu-central-1".',
      "  thingsTabel (constructor): AwsThingConfig has no such field; it has cloud, environment, logLevel, port, host, thingsTable, awsRegion, awsEndpointUrlDynamodb.",
    ].join("\n"),
  );
});

test("values are frozen at every depth", () => {
  class DeepConfig extends BaseConfig.extend({
    hosts: list(),
    pool: json(z.object({ limits: z.array(z.number()) })),
  }) {}
  const config = new DeepConfig({ hosts: ["a"], pool: { limits: [1] } });
  expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError);
  expect(() => (config.hosts as string[]).push("b")).toThrow(TypeError);
  expect(() => (config.pool.limits as number[]).push(2)).toThrow(TypeError);
  expect(config.hosts).toStrictEqual(["a"]);
});

test("loadConfig chooses by CLOUD, local by default", async () => {
  const local = await loadConfig(variants, { variables: {} });
  expect(local).toBeInstanceOf(ThingConfig);
  expect(local).not.toBeInstanceOf(AwsThingConfig);
  const variables = { CLOUD: "gcp", GOOGLE_CLOUD_PROJECT: "p" };
  const google = await loadConfig(variants, { variables });
  expect(google).toBeInstanceOf(GcpThingConfig);
  if (google instanceof GcpThingConfig) expect(google.googleCloudProject).toBe("p");
});

test("an unknown CLOUD lists the choices and the faults that all variants share", async () => {
  const variables = { CLOUD: "azure", PORT: "abc" };
  await expect(loadConfig(variants, { variables })).rejects.toThrow(
    [
      "The configuration has 2 faults:",
      '  CLOUD="azure" (process environment): expected one of "local", "aws", "gcp".',
      '  PORT="abc" (process environment): expected a port, an integer from 0 to 65535.',
    ].join("\n"),
  );
  await expect(loadConfig({ aws: AwsThingConfig }, { variables: {} })).rejects.toThrow(
    'CLOUD is missing: expected "aws".',
  );
});

test("CLOUD=aws without a region and with a bad port names both", async () => {
  await expect(loadConfig(variants, { variables: { CLOUD: "aws", PORT: "abc" } })).rejects.toThrow(
    [
      "AwsThingConfig has 2 faults:",
      '  PORT="abc" (process environment): expected a port, an integer from 0 to 65535.',
      '  AWS_REGION is missing: expected an AWS region such as "eu-central-1".',
    ].join("\n"),
  );
});

class TlsConfig extends BaseConfig.extend(
  {
    tls: boolean().default(false),
    tlsKey: secret().optional(),
    minimum: integer().default(1),
    maximum: integer().default(5),
  },
  {
    rules: [
      requiredWhen("tlsKey", (config) => config.tls),
      rule("maximum", "at least MINIMUM", (config) => config.maximum >= config.minimum),
    ],
  },
) {}

test("a field can be required by another, and the message says why", async () => {
  await expect(TlsConfig.load({ variables: { TLS: "true", PORT: "x" } })).rejects.toThrow(
    [
      '  PORT="x" (process environment): expected a port, an integer from 0 to 65535.',
      "  TLS_KEY is missing: expected a secret, text, needed because TLS is true.",
    ].join("\n"),
  );
  const fine = await TlsConfig.load({ variables: { TLS: "true", TLS_KEY: "k" } });
  expect(fine.tlsKey?.reveal()).toBe("k");
});

test("rules compare fields, apply to subclasses, and skip faulty fields", async () => {
  class SubConfig extends TlsConfig.extend({ extra: z.string().default("") }) {}
  await expect(SubConfig.load({ variables: { MAXIMUM: "0" } })).rejects.toThrow(
    'MAXIMUM="0" (process environment): expected at least MINIMUM.',
  );
  const error = await SubConfig.load({ variables: { MINIMUM: "x", TLS: "maybe" } }).catch(
    (reason: unknown) => reason,
  );
  expect((error as ConfigError).faults.map((fault) => fault.variable)).toStrictEqual([
    "TLS",
    "MINIMUM",
  ]);
});

test("an error is presentable and readable by machines", async () => {
  const error = await TlsConfig.load({ variables: { PORT: "x" } }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toSatisfy(
    (reason: object) => Reflect.get(reason, Symbol.for("plinth.presentable")) === true,
  );
  expect(JSON.parse(JSON.stringify(error))).toMatchObject({
    name: "ConfigError",
    faults: [
      { field: "port", variable: "PORT", value: "x", source: { kind: "process environment" } },
    ],
  });
  expect(inspect(error)).toContain("TlsConfig has 1 fault:");
});
