import { createApp, token } from "@plinth/core";
import { type CloudDatabaseConfig, cloudDatabaseBinding, Database } from "@plinth/data";
import { expect, onTestFinished, test } from "vitest";

const configToken = token<CloudDatabaseConfig>("config");

async function started(config: CloudDatabaseConfig) {
  const app = createApp({
    name: "cloud-database-test",
    config: { logLevel: "fatal" },
    bindings: [
      (binder) => binder.bind(configToken).toValue(config),
      cloudDatabaseBinding(configToken),
    ],
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
