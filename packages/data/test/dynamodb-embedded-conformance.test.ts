import { describeDriverConformance } from "@plinth/data/conformance";
import { dynamoDbDriver } from "@plinth/data/dynamodb";
import { type EmbeddedDynamoDB, startEmbeddedDynamoDB } from "@plinth/embedded-dynamodb";
import { afterAll, beforeAll, describe } from "vitest";

describe("conformance", () => {
  let engine: EmbeddedDynamoDB;
  beforeAll(async () => {
    engine = await startEmbeddedDynamoDB();
  });
  afterAll(() => engine.stop());

  describeDriverConformance({
    name: "DynamoDB (embedded)",
    createDriver: () => dynamoDbDriver({ region: "us-east-1", endpoint: engine.endpoint }),
  });
});
