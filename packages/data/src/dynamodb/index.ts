export { dynamoDbDriver, type DynamoDbOptions } from "./dynamodb-driver.ts";
export type { TableDefinition } from "./table-definition.ts";
export type { DeclaredRepository, PlacedRepository } from "../repository/declared-repository.ts";
export {
  dynamoDbTemplate,
  type DynamoDbTableResource,
  type DynamoDbTemplate,
  type DynamoDbTemplateOptions,
} from "./dynamodb-template.ts";
