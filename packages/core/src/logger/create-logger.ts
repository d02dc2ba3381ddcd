import { pino } from "pino";

import { secretKeyTest } from "../redaction/secret-keys.ts";
import { openDestination, type LogDestination } from "./log-destination.ts";
import { LevelSetting, parseLogLevel, type LogLevel } from "./log-level.ts";
import { LineCleaner } from "./line-cleaner.ts";
import type { Logger } from "./logger.ts";
import { PinoLogger } from "./pino-logger.ts";

/** How to make a logger. */
export interface LoggerOptions {
  /** The service's name, on every line as `service`. */
  readonly name: string;
  /** The environment, on every line as `environment`. Absent: not written. */
  readonly environment?: string | undefined;
  /** The least level that is written. Default: `"info"`. */
  readonly level?: LogLevel | undefined;
  /**
   * Where lines go. Default: standard output, at once. What cannot be written there waits in a buffer of
   * 4 MiB; beyond that, lines are lost, and the log says how many as soon as it can be written again.
   */
  readonly destination?: LogDestination | undefined;
  /** A form for people instead of JSON. Default: only when standard output is a terminal. */
  readonly pretty?: boolean | undefined;
  /** Words that make a key secret wherever they stand in it, beside the default list. */
  readonly secretKeys?: readonly string[] | undefined;
}

let millisecond = -1;
let second = -1;
let prefix = "";
let written = "";

/** ISO time; what did not change since the last line is kept, as formatting costs more than the rest. */
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

/** The line that says how many others were lost. The logger itself cannot write it: it might be lost, too. */
function lossLine(origin: object, lost: number, reason: string): string {
  const time = new Date().toISOString();
  const what = lost === 1 ? "1 line of the log was lost" : `${lost} lines of the log were lost`;
  const message = `${what}: standard output could not be written (${reason}).`;
  return `${JSON.stringify({ level: "warn", time, ...origin, lost, message })}\n`;
}

/**
 * Makes the logger of a service. One line is one JSON object with `level`, `time` (ISO 8601),
 * `service`, `environment`, the context's `requestId`, `traceparent` and `principalId`, the fields
 * and `message`.
 *
 * @param options see {@link LoggerOptions}
 * @throws invalid_argument for an unknown level
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
      // pino has one of its own for `err`, which would take a clean copy for an error again.
      serializers: { err: (clean: unknown) => clean },
    },
    openDestination(options.destination, options.pretty, (lost, reason) =>
      lossLine(origin, lost, reason),
    ),
  );
  const named = root.child(origin);
  return new PinoLogger(named, new LevelSetting(parseLogLevel(options.level ?? "info")), cleaner);
}
