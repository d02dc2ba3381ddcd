import { Clock, createApp, token } from "@plinth/core";
import { type CloudDatabaseConfig, cloudDatabaseBinding, Database, Repository } from "@plinth/data";
import { fakeClock } from "@plinth/testing";
import { expect, onTestFinished, test } from "vitest";
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
