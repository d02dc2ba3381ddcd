import type { LineLevel, LogLevel } from "./log-level.ts";

/** What a line says beside its message. An error is given as `{ error }`. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Which lines to keep: the first of every `every`; the first `perSecond` of each second; or the lines of a
 * `share` (0 to 1) of all traces. With a share, all lines of one request are kept or left out together, and
 * every service that sees the trace decides alike.
 */
export type SamplingOptions =
  | { readonly every: number }
  | { readonly perSecond: number }
  | { readonly share: number };

/** The type of a context's logger. The methods are those of `Logger`; either fits for the other. */
export interface LogWriter {
  trace(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  fatal(message: string, fields?: LogFields): void;
  child(fields: LogFields): LogWriter;
  sample(options: SamplingOptions): LogWriter;
  isEnabled(level: LineLevel): boolean;
  level: LogLevel;
}
