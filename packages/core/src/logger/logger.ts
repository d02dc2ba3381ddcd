import type { LineLevel, LogLevel } from "./log-level.ts";
import type { LogFields, LogWriter, SamplingOptions } from "./log-writer.ts";
import { newSampler, type Sampler } from "./sampler.ts";

/**
 * Writes log lines. The class is the token of an app's logger; `createLogger` makes one.
 *
 * Every line has the service, the environment and, inside a request, the request id, the `traceparent` and the
 * principal's id. Secrets in fields, errors and messages are replaced by `[secret]`. Arguments are never changed,
 * and no field makes a call throw.
 */
export abstract class Logger implements LogWriter {
  /** Single steps of the code, for debugging it. */
  abstract trace(message: string, fields?: LogFields): void;
  /** Facts that help to find a fault; off in production. */
  abstract debug(message: string, fields?: LogFields): void;
  /** Expected events. */
  abstract info(message: string, fields?: LogFields): void;
  /** Faults that the service has handled. */
  abstract warn(message: string, fields?: LogFields): void;
  /** Failures. */
  abstract error(message: string, fields?: LogFields): void;
  /** Failures that end the process. */
  abstract fatal(message: string, fields?: LogFields): void;

  /**
   * Returns a logger that adds fields to every line.
   *
   * @param fields They are cleaned at once; later changes to them have no effect.
   */
  abstract child(fields: LogFields): Logger;

  /**
   * The lowest level that is written. Setting it at run time changes this logger and all its children, also
   * earlier ones, except those with their own level.
   */
  abstract level: LogLevel;

  /** Whether lines of a level are written. Use it to avoid the work of collecting their fields. */
  abstract isEnabled(level: LineLevel): boolean;

  /**
   * Returns a logger that writes only some of its lines, for frequent lines. Lines of `error` and `fatal` are
   * always written. Each call of `sample` counts separately: keep its result in a field.
   *
   * @param options Which lines to keep.
   * @throws DeclarationError for a count that is not a whole number of at least 1, or a share outside 0 to 1.
   */
  sample(options: SamplingOptions): Logger {
    return new SampledLogger(this, newSampler(options));
  }
}

/** A logger with one method for lines of all levels. */
export abstract class LeveledLogger extends Logger {
  trace(message: string, fields?: LogFields): void {
    this.writeLine("trace", message, fields);
  }

  debug(message: string, fields?: LogFields): void {
    this.writeLine("debug", message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.writeLine("info", message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.writeLine("warn", message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.writeLine("error", message, fields);
  }

  fatal(message: string, fields?: LogFields): void {
    this.writeLine("fatal", message, fields);
  }

  protected abstract writeLine(level: LineLevel, message: string, fields?: LogFields): void;
}

/** Asks a sampler before each line, and leaves everything else to the wrapped logger. */
class SampledLogger extends LeveledLogger {
  readonly #inner: Logger;
  readonly #sampler: Sampler;

  constructor(inner: Logger, sampler: Sampler) {
    super();
    this.#inner = inner;
    this.#sampler = sampler;
  }

  child(fields: LogFields): Logger {
    return new SampledLogger(this.#inner.child(fields), this.#sampler);
  }

  get level(): LogLevel {
    return this.#inner.level;
  }

  set level(level: LogLevel) {
    this.#inner.level = level;
  }

  isEnabled(level: LineLevel): boolean {
    return this.#inner.isEnabled(level);
  }

  protected writeLine(level: LineLevel, message: string, fields?: LogFields): void {
    if (level === "error" || level === "fatal") {
      this.#inner[level](message, fields);
      return;
    }
    if (!this.#inner.isEnabled(level)) {
      return;
    }
    const left = this.#sampler();
    if (left !== undefined) {
      this.#inner[level](message, left === 0 ? fields : { ...fields, leftOut: left });
    }
  }
}
