export { dynamoDbDriver, type DynamoDbOptions } from "./dynamodb-driver.ts";
