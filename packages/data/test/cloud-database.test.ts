import { Clock, createApp, token } from "@plinth/core";
import { type CloudDatabaseConfig, cloudDatabaseBinding, Database, Repository } from "@plinth/data";
import { fakeClock } from "@plinth/testing";
import { expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";

const configToken = token<CloudDatabaseConfig>("config");

async function started(config: CloudDatabaseConfig, clock: Clock = fakeClock()) {
  const app = createApp({
    name: "cloud-database-test",
    config: { logLevel: "fatal" },
    bindings: [
      (binder) => binder.bind(configToken).toValue(config),
      cloudDatabaseBinding(configToken),
    ],
    overrides: [(binder) => binder.bind(Clock).toValue(clock)],
  });
  await app.start();
  onTestFinished(() => app.stop());
  return app;
}

test.each([
  [{ cloud: "local" }, "memory"],
  [{ cloud: "aws", awsRegion: "eu-central-1" }, "DynamoDB"],
  [{ cloud: "gcp", googleCloudProject: "a-project" }, "Firestore"],
  [{ cloud: "local", databaseUrl: "postgresql://127.0.0.1:1/nowhere" }, "Postgres"],
  [{ cloud: "local", databaseUrl: "pglite://./some-folder" }, "PGlite"],
  [{ cloud: "aws", databaseUrl: "postgresql://127.0.0.1:1/nowhere" }, "Postgres"],
  [{ cloud: "gcp", databaseUrl: "postgres://127.0.0.1:1/nowhere" }, "Postgres"],
  [{ cloud: "gcp", databaseUrl: "pglite://./some-folder" }, "PGlite"],
] satisfies [CloudDatabaseConfig, string][])("%o has its records in %s", async (config, name) => {
  const app = await started(config);
  expect(app.get(Database).driver.name.toLowerCase()).toContain(name.toLowerCase());
});

test.each([
  [{}, true],
  [{ environment: "test" }, true],
  [{ environment: "production" }, false],
  [{ environment: "production", ensureSchema: true }, true],
  [{ environment: "development", ensureSchema: false }, false],
])("with %o missing tables are created: %s", async (values, expected) => {
  const database = (await started({ cloud: "local", ...values })).get(Database);
  const definition = { name: "some-things", indexes: [], expires: false };
  expect(database.collection(definition, {}).ensureSchema).toBe(expected);
});

const laptop = "http://localhost:8000";
const sql = "postgresql://127.0.0.1:1/nowhere";

test.each([
  [{ cloud: "aws" }, {}, false],
  [{ cloud: "aws", environment: "test" }, {}, false],
  [{ cloud: "aws", ensureSchema: true }, {}, true],
  [{ cloud: "aws", awsEndpointUrlDynamodb: laptop }, {}, true],
  [{ cloud: "aws", awsEndpointUrlDynamodb: laptop, environment: "production" }, {}, false],
  [{ cloud: "aws", awsEndpointUrlDynamodb: laptop, ensureSchema: false }, {}, false],
  [{ cloud: "aws", awsEndpointUrlDynamodb: "https://vpce-1.vpce.amazonaws.com" }, {}, false],
  [{ cloud: "aws", awsEndpointUrlDynamodb: "http://dynamodb.us-east-1.amazonaws.com" }, {}, false],
  [{ cloud: "aws" }, { AWS_ENDPOINT_URL_DYNAMODB: "http://dynamodb:8000" }, true],
  [{ cloud: "gcp" }, {}, false],
  [{ cloud: "gcp" }, { FIRESTORE_EMULATOR_HOST: "127.0.0.1:8080" }, true],
  [{ cloud: "local", databaseUrl: sql }, {}, true],
  [{ cloud: "aws", databaseUrl: sql }, {}, false],
  [{ cloud: "aws", databaseUrl: sql }, { AWS_ENDPOINT_URL_DYNAMODB: laptop }, false],
  [{ cloud: "gcp", databaseUrl: sql }, { FIRESTORE_EMULATOR_HOST: "127.0.0.1:8080" }, false],
  [{ cloud: "gcp", databaseUrl: sql, ensureSchema: true }, {}, true],
  [{ cloud: "aws", databaseUrl: "pglite://./some-folder" }, {}, true],
] satisfies [CloudDatabaseConfig, Record<string, string>, boolean][])(
  "on a cloud no table is created unless asked for: %o with %o: %s",
  async (values, environment, expected) => {
    for (const name of [
      "AWS_ENDPOINT_URL",
      "AWS_ENDPOINT_URL_DYNAMODB",
      "FIRESTORE_EMULATOR_HOST",
    ]) {
      vi.stubEnv(name, "");
      delete process.env[name];
    }
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const app = await started({ awsRegion: "eu-central-1", googleCloudProject: "p", ...values });
    const definition = { name: "some-things", indexes: [], expires: false };
    expect(app.get(Database).collection(definition, {}).ensureSchema).toBe(expected);
  },
);

test.each([[{}, true] as const, [{ checkSchema: false }, false] as const])(
  "with %o tables are checked at start: %s",
  async (values, expected) => {
    const database = (await started({ cloud: "local", ...values })).get(Database);
    const definition = { name: "some-things", indexes: [], expires: false };
    expect(database.collection(definition, {}).checkSchema).toBe(expected);
  },
);

test("the clock of the app decides what has expired", async () => {
  class VisitRepository extends Repository({
    name: "visits",
    schema: z.object({ visitId: z.string(), endsAt: z.number() }),
    key: ["visitId"],
    expires: "endsAt",
  }) {}
  const clock = fakeClock();
  const visits = new VisitRepository((await started({ cloud: "local" }, clock)).get(Database));
  const visit = { visitId: "one", endsAt: clock.now() + 60_000 };
  await visits.create(visit);
  expect(await visits.get({ visitId: "one" })).toEqual(visit);
  clock.advance(60_000);
  expect(await visits.get({ visitId: "one" })).toBeUndefined();
});
