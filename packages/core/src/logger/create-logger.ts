import { pino } from "pino";

import { secretKeyTest } from "../redaction/secret-keys.ts";
import { openDestination, type LogDestination } from "./log-destination.ts";
import { LevelSetting, parseLogLevel, type LogLevel } from "./log-level.ts";
import { LineCleaner } from "./line-cleaner.ts";
import type { Logger } from "./logger.ts";
import { PinoLogger } from "./pino-logger.ts";

/** Options of {@link createLogger}. */
export interface LoggerOptions {
  /** The service's name, on every line as `service`. */
  readonly name: string;
  /** The environment, on every line as `environment`. Default: not written. */
  readonly environment?: string | undefined;
  /** The lowest level that is written. Default: `"info"`. */
  readonly level?: LogLevel | undefined;
  /**
   * The destination of the lines. Default: standard output, at once. Lines that cannot be written there wait in a
   * buffer of 4 MiB. When it is full, lines are lost; the log states how many as soon as it can be written.
   */
  readonly destination?: LogDestination | undefined;
  /**
   * Whether lines have a readable form instead of JSON. Default: only if they go to standard output and that is a
   * terminal.
   */
  readonly pretty?: boolean | undefined;
  /** Words that make a key secret anywhere in it, in addition to the default list. Default: none. */
  readonly secretKeys?: readonly string[] | undefined;
}

let millisecond = -1;
let second = -1;
let prefix = "";
let written = "";

/** The time in ISO 8601. Parts that have not changed since the last line are reused, as formatting is slow. */
function isoTime(): string {
  const now = Date.now();
  if (now === millisecond) {
    return written;
  }
  millisecond = now;
  const current = Math.floor(now / 1_000);
  if (current !== second) {
    second = current;
    prefix = `,"time":"${new Date(current * 1_000).toISOString().slice(0, 20)}`;
  }
  written = `${prefix}${String(now % 1_000).padStart(3, "0")}Z"`;
  return written;
}

/** The line that states how many others were lost. Not written by the logger itself, as it might be lost, too. */
function lossLine(origin: object, lost: number, reason: string): string {
  const time = new Date().toISOString();
  const what = lost === 1 ? "1 line of the log was lost" : `${lost} lines of the log were lost`;
  const message = `${what}: standard output could not be written (${reason}).`;
  return `${JSON.stringify({ level: "warn", time, ...origin, lost, message })}\n`;
}

/**
 * Makes the logger of a service. A line is a JSON object with `level`, `time` (ISO 8601), `service`,
 * `environment`, the context's `requestId`, `traceparent` and `principalId`, the fields, and `message`.
 *
 * @throws InvalidArgumentError for an unknown level.
 */
export function createLogger(options: LoggerOptions): Logger {
  const cleaner = new LineCleaner(secretKeyTest(options.secretKeys));
  const { name: service, environment } = options;
  const origin = { service, ...(environment === undefined ? {} : { environment }) };
  const root = pino(
    {
      base: null,
      level: "trace",
      messageKey: "message",
      timestamp: isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // pino's own serializer for `err` would treat the clean copy as an error again.
      serializers: { err: (clean: unknown) => clean },
    },
    openDestination(options.destination, options.pretty, (lost, reason) =>
      lossLine(origin, lost, reason),
    ),
  );
  const named = root.child(origin);
  return new PinoLogger(named, new LevelSetting(parseLogLevel(options.level ?? "info")), cleaner);
}
