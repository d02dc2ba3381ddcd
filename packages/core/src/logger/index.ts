export { createLogger, type LoggerOptions } from "./create-logger.ts";
export type { LogDestination } from "./log-destination.ts";
export { parseLogLevel, type LineLevel, type LogLevel } from "./log-level.ts";
export { Logger, type LogFields } from "./logger.ts";
export type { SamplingOptions } from "./sampling.ts";
