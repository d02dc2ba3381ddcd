import type { LineLevel, LogLevel } from "./log-level.ts";
import type { LogFields, LogWriter, SamplingOptions } from "./log-writer.ts";
import { newSampler, type Sampler } from "./sampler.ts";

/**
 * Writes log lines. The class is the token under which every app binds its logger; make one with
 * `createLogger`.
 *
 * Every line carries the service, the environment and, inside a request, the request id, the
 * `traceparent` and the principal's id. Secrets in fields, errors and messages are replaced by
 * `[secret]`; nothing that is passed in is changed, and no field, however odd, makes a call throw.
 */
export abstract class Logger implements LogWriter {
  /** Each step of the code, for whoever debugs it. */
  abstract trace(message: string, fields?: LogFields): void;
  /** What helps to find a fault, off in production. */
  abstract debug(message: string, fields?: LogFields): void;
  /** What happened, as expected. */
  abstract info(message: string, fields?: LogFields): void;
  /** Something is wrong, and the service coped. */
  abstract warn(message: string, fields?: LogFields): void;
  /** Something failed. */
  abstract error(message: string, fields?: LogFields): void;
  /** The process cannot go on. */
  abstract fatal(message: string, fields?: LogFields): void;

  /**
   * A logger that adds fields to every line.
   *
   * @param fields cleaned once, now; later changes to them are not seen
   */
  abstract child(fields: LogFields): Logger;

  /**
   * The least level that is written. Set at run time it holds for this logger and for all its
   * children, those made earlier too, but for children that were given a level of their own.
   */
  abstract level: LogLevel;

  /** Whether lines of a level are written, to spare the work of collecting their fields. */
  abstract isEnabled(level: LineLevel): boolean;

  /**
   * A logger that writes only some of its lines, for lines that come too often. Lines of `error`
   * and `fatal` are always written. Each call counts on its own: keep the result in a field.
   *
   * @param options which lines to keep; see {@link SamplingOptions}
   */
  sample(options: SamplingOptions): Logger {
    return new SampledLogger(this, newSampler(options));
  }
}

/** A logger whose lines of all levels go one way. */
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

/** Asks a sampler before each line; everything else is the wrapped logger's. */
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
