import { describeDriverConformance } from "@plinth/data/conformance";
import { dynamoDbDriver } from "@plinth/data/dynamodb";
import { describeWithEngine } from "@plinth/testing";

// Amazon's engine of 2020. What it does not take, the embedded one does: together they run all cases.
describeWithEngine("dynamodb", "conformance", (endpoint) => {
  describeDriverConformance({
    name: "DynamoDB Local",
    createDriver: () => dynamoDbDriver({ region: "us-east-1", endpoint }),
    engineLimits: { transactionActions: 10, ignoresCaseOfNames: true },
  });
});
