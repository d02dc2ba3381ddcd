import { describeDriverConformance } from "@plinth/data/conformance";
import { dynamoDbDriver } from "@plinth/data/dynamodb";
import { describeWithEngine } from "@plinth/testing";

describeWithEngine("dynamodb", "conformance", (endpoint) => {
  describeDriverConformance({
    name: "DynamoDB",
    createDriver: () => dynamoDbDriver({ region: "us-east-1", endpoint }),
  });
});
