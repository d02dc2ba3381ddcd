export { createSchemaCheck, type CheckResult, type SchemaCheck } from "./schema-check.ts";
