import { randomUUID } from "node:crypto";
import type { PGlite } from "@electric-sql/pglite";
import { describeDriverConformance } from "@plinth/data/conformance";
import { pgliteDriver, postgresDriver } from "@plinth/data/postgres";
import { describeWithEngine } from "@plinth/testing";
import { afterAll, beforeAll, describe } from "vitest";
import { dropSchema, slowStart } from "./support/postgres.ts";
import { sharedPglite } from "./support/shared-pglite.ts";

describeWithEngine("postgres", "conformance", (url) => {
  const schema = `conformance ${randomUUID()}`;
  afterAll(() => dropSchema(url, schema));
  describeDriverConformance({
    name: "Postgres",
    createDriver: () => postgresDriver({ url, schema }),
  });
});

describe("conformance in this process", () => {
  let client: PGlite;
  beforeAll(async () => {
    client = await sharedPglite();
  }, slowStart);
  describeDriverConformance({
    name: "PGlite",
    createDriver: () => pgliteDriver({ client, schema: "conformance" }),
  });
});
