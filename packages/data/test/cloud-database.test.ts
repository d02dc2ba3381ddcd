import { Secret } from "@plinth/config";
import { Clock, createApp, DeclarationError, token } from "@plinth/core";
import { type CloudDatabaseConfig, bindCloudDatabase, Database, Repository } from "@plinth/data";
import { memoryDriver } from "@plinth/data/memory";
import { fakeClock, fakeLogger } from "@plinth/testing";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { Collections } from "../src/repository/collections.ts";

const configToken = token<CloudDatabaseConfig>("config");

async function started(config: CloudDatabaseConfig, clock: Clock = fakeClock()) {
  const app = createApp({
    name: "cloud-database-test",
    config: { logLevel: "fatal" },
    bindings: [
      (binder) => binder.bind(configToken).toValue(config),
      bindCloudDatabase(configToken),
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
  expect(Collections.of(database).open(definition, {}).ensureSchema).toBe(expected);
});

describe("the key of cursors", () => {
  class DocRepository extends Repository({
    name: "docs",
    schema: z.object({ docId: z.string(), n: z.number() }),
    key: ["docId"],
    indexes: { byN: { sort: "n" } },
  }) {}

  test("comes from the configuration, as text or as a secret, with its forerunners", async () => {
    const query = { index: "byN", limit: 1 } as const;
    const cursors: string[] = [];
    for (const cursorKey of ["one", ["two"], new Secret(["two", "one"])] as const) {
      const docs = new DocRepository((await started({ cloud: "local", cursorKey })).get(Database));
      for (const n of [1, 2]) await docs.put({ docId: `doc${n}`, n });
      cursors.push((await docs.query(query)).cursor ?? "");
      const opened = await Promise.allSettled(
        cursors.map((cursor) => docs.query({ ...query, cursor })),
      );
      const [first, second] = opened.map(({ status }) => status);
      expect(first).toBe(cursors.length === 2 ? "rejected" : "fulfilled");
      if (second !== undefined) expect(second).toBe("fulfilled");
    }
    // The same page under the same first secret has the same cursor.
    expect(cursors[2]).toBe(cursors[1]);
    expect(cursors[1]).not.toBe(cursors[0]);
  });

  test.each([
    ["production", undefined, 1],
    ["production", "a key of our own", 0],
    ["development", undefined, 0],
    ["test", undefined, 0],
  ])("in %s, with %s, is warned about %s times", async (environment, cursorKey, times) => {
    const logger = fakeLogger();
    const config = { cloud: "local", environment, cursorKey } as const;
    const app = createApp({
      name: "cloud-database-test",
      config,
      logger,
      bindings: [
        (binder) => binder.bind(configToken).toValue(config),
        bindCloudDatabase(configToken),
      ],
    });
    await app.start();
    await app.stop();
    const warnings = logger.lines.filter(({ level }) => level === "warn");
    expect(warnings.map(({ message }) => message.includes("cursorKey"))).toEqual(
      Array.from({ length: times }, () => true),
    );
  });

  test.each(["", [], ["one", ""], [1], 5, { reveal: () => "" }])("%j is none", (cursorKey) => {
    const make = (): Database => new Database(memoryDriver(), { cursorKey: cursorKey as never });
    expect(make).toThrow(DeclarationError);
    expect(make).toThrow("cursorKey");
  });
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
    expect(Collections.of(app.get(Database)).open(definition, {}).ensureSchema).toBe(expected);
  },
);

test.each([[{}, true] as const, [{ checkSchema: false }, false] as const])(
  "with %o tables are checked at start: %s",
  async (values, expected) => {
    const database = (await started({ cloud: "local", ...values })).get(Database);
    const definition = { name: "some-things", indexes: [], expires: false };
    expect(Collections.of(database).open(definition, {}).checkSchema).toBe(expected);
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
