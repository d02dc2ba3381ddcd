export {
  startEmbeddedDynamoDB,
  type EmbeddedDynamoDB,
  type EmbeddedDynamoDBOptions,
} from "./start-embedded-dynamodb.ts";
export type { DynamoDBFaults } from "./faults.ts";
