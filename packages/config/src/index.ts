import "./supported-node.ts";
export {
  BaseConfig,
  type BaseFields,
  type Cloud,
  type ConfigLogLevel,
} from "./config-class/base-config.ts";
export { configReference, envExample } from "./explain/config-documents.ts";
export { type AwsFields, awsFields, type GcpFields, gcpFields } from "./fields/cloud-fields.ts";
export {
  type DatabaseFields,
  databaseFields,
  type PostgresFields,
  postgresFields,
} from "./fields/database-fields.ts";
export { type HttpFields, httpFields } from "./fields/http-fields.ts";
export { type ConfigVariants, loadConfig } from "./load-config.ts";
export type {
  AnyConfigClass,
  ConfigArguments,
  ConfigClass,
  ConfigFields,
  ConfigInput,
  ConfigMethods,
  ConfigValues,
  ExtendOptions,
  LoadOptions,
  MergedFields,
} from "./model/config-class.ts";
export { ConfigError, type ConfigFault } from "./model/config-error.ts";
export type { ConfigExplanation, ExplainedField } from "./model/config-explanation.ts";
export { type ConfigRule, requiredWhen, rule } from "./model/config-rule.ts";
export type { ConfigSource } from "./model/config-source.ts";
export type { DeepReadonly } from "./model/deep-freeze.ts";
export { Secret } from "./model/secret.ts";
export { boolean } from "./parsers/boolean.ts";
export { json } from "./parsers/json.ts";
export { list, type ListOptions } from "./parsers/list.ts";
export { byteSize, duration, integer, number, type NumberOptions, port } from "./parsers/number.ts";
export { secret } from "./parsers/secret.ts";
export { url, type UrlOptions } from "./parsers/url.ts";
