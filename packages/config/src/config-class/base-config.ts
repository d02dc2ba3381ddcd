import * as z from "zod";
import type { ConfigClass, ConfigMethods, ConfigValues } from "../model/config-class.ts";
import { port } from "../parsers/number.ts";
import { ConfigRoot } from "./config-root.ts";

/** Where a service runs: on one machine, on AWS, or on Google Cloud. */
export type Cloud = "local" | "aws" | "gcp";

/** The lowest level that is logged. */
export type ConfigLogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal";

/** The fields of `BaseConfig`. All have defaults. */
export type BaseFields = {
  readonly cloud: z.ZodType<Cloud, Cloud | undefined>;
  readonly environment: z.ZodType<string, string | undefined>;
  readonly logLevel: z.ZodType<ConfigLogLevel, ConfigLogLevel | undefined>;
  readonly port: z.ZodType<number, number | string | undefined>;
  readonly host: z.ZodType<string, string | undefined>;
};

const fields: BaseFields = {
  cloud: z
    .enum(["local", "aws", "gcp"])
    .default("local")
    .describe("Where the service runs and stores its records."),
  environment: z
    .string()
    .regex(/^[\w.-]+$/, "a name of letters, digits, dots, dashes and underscores")
    .default("development")
    .describe("Name of the deployment. It also selects the .env files."),
  logLevel: z
    .enum(["trace", "debug", "info", "warn", "error", "fatal"])
    .default("info")
    .describe("Lines below this level are not logged."),
  port: port().default(3000).describe("Port that the service listens on. 0 chooses a free one."),
  host: z
    .string()
    .min(1)
    .default("127.0.0.1")
    .describe("Address that the service listens on. Use 0.0.0.0 in a container."),
};

const BaseConfigClass: ConfigClass<BaseFields, ConfigMethods & ConfigValues<BaseFields>> =
  ConfigRoot.extend(fields) as unknown as ConfigClass<
    BaseFields,
    ConfigMethods & ConfigValues<BaseFields>
  >;

/**
 * The fields that every service has. Extend it with the fields of the service:
 * `class ThingConfig extends BaseConfig.extend({ thingsTable: z.string().default("things") }) {}`.
 */
export class BaseConfig extends BaseConfigClass {}
