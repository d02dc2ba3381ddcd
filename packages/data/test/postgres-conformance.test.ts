import { randomUUID } from "node:crypto";
import { describeDriverConformance } from "@plinth/data/conformance";
import { pgliteDriver, postgresDriver } from "@plinth/data/postgres";
import { describeWithEngine } from "@plinth/testing";
import { afterAll } from "vitest";
import { dropSchema } from "./support/postgres.ts";

describeWithEngine("postgres", "conformance", (url) => {
  const schema = `conformance ${randomUUID()}`;
  afterAll(() => dropSchema(url, schema));
  describeDriverConformance({
    name: "Postgres",
    createDriver: () => postgresDriver({ url, schema }),
  });
});

describeDriverConformance({ name: "PGlite", createDriver: () => pgliteDriver() });
