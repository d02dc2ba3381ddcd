import { type LineLevel, type LogFields, Logger, type LogLevel } from "@plinth/core";

/** A line that a {@link FakeLogger} recorded. */
export interface LogLine {
  readonly level: LineLevel;
  readonly message: string;
  /** The fields of the child loggers, overridden by those of the line. */
  readonly fields: LogFields;
}

// As in pino, so that `isEnabled` means the same here.
const order: readonly LogLevel[] = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];

/**
 * A logger that writes nothing and records every line, those of its children included. Lines are recorded
 * as they were passed: nothing is redacted, no context is added. Made by {@link fakeLogger}.
 */
export class FakeLogger extends Logger {
  /** The lines so far, oldest first; children share the list of their parent. */
  readonly lines: LogLine[];
  readonly #parent: FakeLogger | undefined;
  readonly #fields: LogFields;
  #level: LogLevel | undefined;

  /**
   * @param parent The logger whose lines and level are shared. Default: none.
   * @param fields Added to every line. Default: none.
   */
  constructor(parent?: FakeLogger, fields: LogFields = {}) {
    super();
    this.#parent = parent;
    this.#fields = { ...(parent === undefined ? {} : parent.#fields), ...fields };
    this.lines = parent?.lines ?? [];
  }

  /** The messages of {@link FakeLogger.lines}. */
  get messages(): string[] {
    return this.lines.map(({ message }) => message);
  }

  override get level(): LogLevel {
    return this.#level ?? this.#parent?.level ?? "trace";
  }

  override set level(level: LogLevel) {
    this.#level = level;
  }

  override trace(message: string, fields?: LogFields): void {
    this.#keep("trace", message, fields);
  }

  override debug(message: string, fields?: LogFields): void {
    this.#keep("debug", message, fields);
  }

  override info(message: string, fields?: LogFields): void {
    this.#keep("info", message, fields);
  }

  override warn(message: string, fields?: LogFields): void {
    this.#keep("warn", message, fields);
  }

  override error(message: string, fields?: LogFields): void {
    this.#keep("error", message, fields);
  }

  override fatal(message: string, fields?: LogFields): void {
    this.#keep("fatal", message, fields);
  }

  override child(fields: LogFields): FakeLogger {
    return new FakeLogger(this, fields);
  }

  override isEnabled(level: LineLevel): boolean {
    return order.indexOf(level) >= order.indexOf(this.level);
  }

  #keep(level: LineLevel, message: string, fields?: LogFields): void {
    if (this.isEnabled(level)) {
      this.lines.push({ level, message, fields: { ...this.#fields, ...fields } });
    }
  }
}

/** A logger that records its lines, at level `trace` unless a test sets another. */
export function fakeLogger(): FakeLogger {
  return new FakeLogger();
}
