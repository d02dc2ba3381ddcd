import "./supported-node.ts";
export { BaseConfig, type BaseFields, type Cloud, type ConfigLogLevel } from "./base-config.ts";
export { type AwsFields, awsFields, type GcpFields, gcpFields } from "./cloud-fields.ts";
export { ConfigError, type ConfigFault } from "./config-error.ts";
export type {
  AnyConfigClass,
  ConfigArguments,
  ConfigClass,
  ConfigFields,
  ConfigInput,
  ConfigMethods,
  ConfigValues,
  ExtendOptions,
  MergedFields,
} from "./definition/config-types.ts";
export { type DatabaseFields, databaseFields } from "./database-fields.ts";
export type { DeepReadonly } from "./definition/deep-freeze.ts";
export { type ConfigRule, requiredWhen, rule } from "./definition/rules.ts";
export { type ConfigExplanation, type ExplainedField } from "./explain/config-explanation.ts";
export { configReference } from "./explain/config-reference.ts";
export { envExample } from "./explain/env-example.ts";
export { type HttpFields, httpFields } from "./http-fields.ts";
export { type ConfigVariants, loadConfig } from "./load-config.ts";
export { type PostgresFields, postgresFields } from "./postgres-fields.ts";
export { boolean } from "./parsers/boolean.ts";
export { json } from "./parsers/json.ts";
export { list, type ListOptions } from "./parsers/list.ts";
export { integer, number, type NumberOptions, port } from "./parsers/number.ts";
export { byteSize, duration } from "./parsers/quantity.ts";
export { secret } from "./parsers/secret.ts";
export { url, type UrlOptions } from "./parsers/url.ts";
export { Secret } from "./secrets/secret.ts";
export type { ConfigSource } from "./sources/config-source.ts";
export type { LoadOptions } from "./sources/load-options.ts";
