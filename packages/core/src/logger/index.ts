export { createLogger, type LoggerOptions } from "./create-logger.ts";
export type { LogDestination } from "./log-destination.ts";
export { parseLogLevel, type LineLevel, type LogLevel } from "./log-level.ts";
export type { LogFields, LogWriter, SamplingOptions } from "./log-writer.ts";
export { Logger } from "./logger.ts";
