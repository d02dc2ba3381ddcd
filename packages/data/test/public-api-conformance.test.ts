import { randomUUID } from "node:crypto";
import { describeDriverConformance } from "@plinth/data/conformance";
import { dynamoDbDriver } from "@plinth/data/dynamodb";
import { postgresDriver } from "@plinth/data/postgres";
import { describeWithEngine } from "@plinth/testing";
import { afterAll, vi } from "vitest";
import { dropSchema } from "./support/postgres.ts";

// Versions that the drivers do not know: all requests go by the public API of the clients.
vi.mock(import("../src/driver/installed-version.ts"), () => ({ installedVersion: () => "99.0.0" }));

const groups = ["basics", "revisions", "queries", "transactions", "limits"];

describeWithEngine("postgres", "the public API", (url) => {
  const schema = `public_api_${randomUUID()}`;
  afterAll(() => dropSchema(url, schema));

  describeDriverConformance({
    name: "Postgres by the public API",
    createDriver: () => postgresDriver({ url, schema }),
    groups,
  });
});

describeWithEngine("dynamodb", "the public API", (endpoint) => {
  describeDriverConformance({
    name: "DynamoDB by the public API",
    createDriver: () => dynamoDbDriver({ region: "us-east-1", endpoint }),
    engineLimits: { transactionActions: 10 },
    groups,
  });
});
